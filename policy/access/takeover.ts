import { isSameTask, type Case, type ProjectState } from '../case/case.ts'
import { dutiesOf, type Duty } from '../time/duties.ts'
import type { Edition, Stage } from '../edition/edition.ts'
import type { Ground } from './objection.ts'
import { phaseOf } from '../case/phase.ts'
import { authorityAbove } from '../edition/ranks.ts'
import { kindOf } from '../stages/index.ts'

/** An officers' task that others may do in their place: which, and who they are. */
export type Takeover = { duty: Duty; by: string[] }

type Standing = Pick<ProjectState, 'value' | 'case' | 'deadlines'>

/**
 * Who may act in the place of the officers who owe a decision: the authority above, or whom the edition names. So that no
 * case waits for nobody, they may as soon as four eyes shut out one of those officers, and once the task is late or has no
 * clock that could make it so.
 */
export function takeoverOf(edition: Edition, state: Standing): Takeover | undefined {
  const stage = edition.stages.find(({ id }) => id === phaseOf(state.value))
  const duty = dutiesOf(edition, state, []).find(({ decides }) => decides)
  if (!stage || !duty || !(isShutOut(stage, state.case, duty) || waitsForEver(state, duty))) return undefined
  const by = substitutesIn(edition, stage).filter((role) => !duty.roles.includes(role))
  return by.length > 0 ? { duty, by } : undefined
}

/** The roles that an edition has take over what the officers of a stage owe; none where nobody decides, or it says so. */
export function substitutesIn(edition: Pick<Edition, 'roles'>, stage: Stage): string[] {
  const law = kindOf(stage)
  return law.takeover ? (law.takeover(stage) ?? authorityAbove(edition, officersOf(stage))) : []
}

/** The officers of a stage. */
export function officersOf(stage: Stage): string[] {
  return kindOf(stage).officers?.(stage) ?? stage.by
}

/**
 * Why somebody does not decide in a stage: they have filed or asked for it, or decided another stage of it (domain: four
 * eyes). A certified project is supervised by those who verified it, too.
 */
export function partOf(
  kept: Case,
  stage: Stage,
  user: string,
): Extract<Ground, 'hasFiled' | 'hasAsked' | 'hasDecided'> | undefined {
  if (kept.filers.includes(user)) return 'hasFiled'
  const law = kindOf(stage)
  if (law.partOf) return law.partOf(stage, kept, user) ? 'hasAsked' : undefined
  return hasDecidedElsewhere(kept, stage, user) ? 'hasDecided' : undefined
}

/** Whether somebody has decided another stage of a case. */
export function hasDecidedElsewhere({ decisions }: Pick<Case, 'decisions'>, stage: Stage, user: string) {
  return decisions.some((decision) => decision.user === user && decision.stage !== stage.id)
}

function isShutOut(stage: Stage, kept: Case, { roles }: Duty): boolean {
  return kept.participants.some(
    ({ user, role }) => roles.includes(role) && partOf(kept, stage, user) !== undefined,
  )
}

function waitsForEver({ deadlines }: Standing, duty: Duty): boolean {
  if (duty.clock?.kind !== 'runs') return true
  return deadlines.some((deadline) => isSameTask(deadline, duty) && deadline.overdue)
}

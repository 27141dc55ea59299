import { isSameTask, type Case, type ProjectState, type TaskName } from '../case/case.ts'
import { dutiesOf, type Duty } from '../time/duties.ts'
import type { Edition, Stage } from '../edition/edition.ts'
import type { DenialReason } from './denial.ts'
import { authorityAbove } from '../edition/ranks.ts'
import { kindOf, stageAt } from '../stages/index.ts'

/** An officers' task that others may do in their place: which, and who they are. */
export type Takeover = { duty: Duty; by: string[] }

type TakeoverState = Pick<ProjectState, 'value' | 'case' | 'deadlines'>

/**
 * Who may act in the place of the officers who owe a decision: the authority above, or whom the edition names. So that no
 * case waits for nobody, they may as soon as four eyes shut out one of those officers, and once the task is late or has no
 * clock that could make it so.
 */
export function takeoversOf(edition: Edition, state: TakeoverState): Takeover[] {
  const stage = stageAt(edition, state.value)
  if (!stage) return []
  return dutiesOf(edition, state, []).flatMap((duty) => {
    if (!duty.decides || !(isShutOut(stage, state.case, duty) || waitsForEver(state, duty))) return []
    const by = substitutesIn(edition, stage, duty.part).filter((role) => !duty.roles.includes(role))
    return by.length > 0 ? [{ duty, by }] : []
  })
}

/** Who may act in the place of the officers who owe one task. */
export function takeoverOf(edition: Edition, state: TakeoverState, task: TaskName): Takeover | undefined {
  return takeoversOf(edition, state).find(({ duty }) => isSameTask(duty, task))
}

/** The roles that an edition has take over what the officers of a stage owe; none where nobody decides, or it says so. */
export function substitutesIn(
  edition: Pick<Edition, 'roles'>,
  stage: Stage,
  part: string | null = null,
): string[] {
  const law = kindOf(stage)
  return law.takeover ? (law.takeover(stage) ?? authorityAbove(edition, officersOf(stage, part))) : []
}

/** The officers of a stage, or of a part of its task. */
export function officersOf(stage: Stage, part: string | null = null): readonly string[] {
  return kindOf(stage).officers?.(stage, part) ?? stage.by
}

/** Somebody, and the part of a task for which they would decide. */
type Decider = { user: string; part: string | null }

/**
 * Why somebody does not decide in a stage: they have filed or asked for it, or decided another stage of it (domain: four
 * eyes). A certified project is supervised by those who verified it, too.
 */
export function conflictOf(
  kept: Case,
  stage: Stage,
  decider: Decider,
): Extract<DenialReason, 'hasFiled' | 'hasAsked' | 'hasDecided'> | undefined {
  if (kept.filers.includes(decider.user)) return 'hasFiled'
  const law = kindOf(stage)
  if (law.hasAsked) return law.hasAsked(stage, kept, decider.user) ? 'hasAsked' : undefined
  return hasDecidedElsewhere(kept, stage, decider) ? 'hasDecided' : undefined
}

/** Whether somebody has decided another stage of a case, or another part of this one, and the edition does not leave them both. */
export function hasDecidedElsewhere(
  { decisions }: Pick<Case, 'decisions'>,
  stage: Stage,
  { user, part }: Decider,
): boolean {
  const both = ('sameOfficerAs' in stage && stage.sameOfficerAs) || []
  return decisions.some(
    (decision) =>
      decision.user === user &&
      (decision.stage === stage.id ? decision.part !== part : !both.includes(decision.stage)),
  )
}

function isShutOut(stage: Stage, kept: Case, { roles, part }: Duty): boolean {
  return kept.participants.some(
    ({ user, role }) => roles.includes(role) && conflictOf(kept, stage, { user, part }) !== undefined,
  )
}

function waitsForEver({ deadlines }: TakeoverState, duty: Duty): boolean {
  if (duty.clock?.kind !== 'runs') return true
  return deadlines.some((deadline) => isSameTask(deadline, duty) && deadline.overdue)
}

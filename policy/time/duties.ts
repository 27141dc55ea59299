import type { StateValue } from 'xstate'
import type { Duty } from './duty.ts'
import type { Edition } from '../edition/edition.ts'
import { kindOf, stageAt } from '../stages/index.ts'
import type { StageSituation } from '../stages/kind.ts'

export type { Duty } from './duty.ts'

/**
 * Everything that is owed in a state; for the periods named. This is the only place that says so: due dates, reminders and
 * inboxes are made from it.
 */
export function dutiesOf(
  { stages }: Pick<Edition, 'stages'>,
  situation: StageSituation,
  periods: readonly string[],
): Duty[] {
  const stage = stageAt({ stages }, situation.value)
  return stage ? kindOf(stage).duties(stage, situation, periods) : []
}

/** The roles that owe something in a state, whatever else the case is; none at an end, or where a decision only waits to take effect. */
export function owedBy({ stages }: Pick<Edition, 'stages'>, value: StateValue): string[] {
  const stage = stageAt({ stages }, value)
  if (!stage || kindOf(stage).takesEffect) return []
  const kept = { assignments: [], ...kindOf(stage).sample }
  return kindOf(stage)
    .duties(stage, { value, case: kept }, [])
    .flatMap(({ roles }) => roles)
}

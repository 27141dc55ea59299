import type { StateValue } from 'xstate'
import type { Duty } from './duty.ts'
import type { Edition } from '../edition/edition.ts'
import { phaseOf } from '../case/phase.ts'
import { kindOf } from '../stages/index.ts'
import type { Standing } from '../stages/kind.ts'

export type { Duty } from './duty.ts'

/**
 * Everything that is owed in a state; for the periods named. This is the only place that says so: due dates, reminders and
 * inboxes are made from it.
 */
export function dutiesOf(
  { stages }: Pick<Edition, 'stages'>,
  standing: Standing,
  periods: readonly string[],
): Duty[] {
  const stage = stages.find(({ id }) => id === phaseOf(standing.value))
  return stage ? kindOf(stage).duties(stage, standing, periods) : []
}

/** The roles that owe something in a state, whatever else the case is; none at an end, or where a decision only waits to take effect. */
export function owedBy({ stages }: Pick<Edition, 'stages'>, value: StateValue): string[] {
  const stage = stages.find(({ id }) => id === phaseOf(value))
  if (!stage || kindOf(stage).takesEffect) return []
  const kept = kindOf(stage).sample ?? { claimedBy: null }
  return kindOf(stage)
    .duties(stage, { value, case: kept }, [])
    .flatMap(({ roles }) => roles)
}

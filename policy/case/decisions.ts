import type { Edition } from '../edition/edition.ts'
import { kindOf } from '../stages/index.ts'
import { entryRows, type EntryType } from './events.ts'
import type { EntryRow, Outcome } from '../stages/event-row.ts'

export { outcomes, type Outcome } from '../stages/event-row.ts'

/** How an event decides, and about which task; nothing, if it decides nothing. `phase` is where it takes place. */
export function decisionBy(
  { stages }: Pick<Edition, 'stages'>,
  type: EntryType,
  phase: string,
): { outcome: Outcome; task: string } | undefined {
  const { decides }: EntryRow = entryRows[type]
  if (!decides) return undefined
  const stage = stages.find(({ id }) => id === phase)
  const takesEffect = decides.outcome === 'lapsed' && stage && kindOf(stage).takesEffect
  return { task: decides.task ?? phase, outcome: takesEffect ? 'granted' : decides.outcome }
}

import { entryRows, type EntryType } from './events.ts'
import type { EntryRow, Outcome } from '../stages/event-row.ts'

export { outcomes, type Outcome } from '../stages/event-row.ts'

/** How an event decides, and about which task; nothing, if it decides nothing. `phase` is where it takes place. */
export function decisionBy(type: EntryType, phase: string): { outcome: Outcome; task: string } | undefined {
  const { decides }: EntryRow = entryRows[type]
  return decides && { task: decides.task ?? phase, outcome: decides.outcome }
}

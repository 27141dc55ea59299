import type { Edition } from '../edition/edition.ts'
import type { Calendar, LocalDays } from '../time/calendar.ts'
import { createProcess, type Process } from './lifecycle.ts'

/** What a case goes by, and the process that is made of it. */
export type Rules = { edition: Edition; calendar: Calendar; local?: LocalDays; process: Process }

const mostShared = 200
const shared = new Map<string, Rules>()

/**
 * The rules of this content, the same objects for every case that has them: thousands of cases in a worker's memory go by one
 * edition and one machine. What is shared is never changed.
 */
export function sharedRules(edition: Edition, calendar: Calendar, local: LocalDays | undefined): Rules {
  const content = JSON.stringify([edition, calendar, local])
  const known = shared.get(content)
  if (known) return known
  const rules = {
    edition,
    calendar,
    ...(local && { local }),
    process: createProcess(edition, calendar, local),
  }
  shared.set(content, rules)
  const [oldest] = shared.keys()
  if (shared.size > mostShared && oldest !== undefined) shared.delete(oldest)
  return rules
}

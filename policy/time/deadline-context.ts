import type { Calendar } from './calendar.ts'
import type { Edition } from '../edition/edition.ts'

/** The rules and the calendars that clocks run by. */
export type DeadlineContext = { edition: Edition; country: Calendar; district: Calendar }

/** The calendar of those who owe something: the country's where they serve all, their district's otherwise. */
export function calendarOf(
  { edition, country, district }: DeadlineContext,
  roles: readonly string[],
): Calendar {
  const servesAll = (role: string) => edition.roles.some(({ id, scope }) => id === role && scope === 'all')
  return roles.every(servesAll) ? country : district
}

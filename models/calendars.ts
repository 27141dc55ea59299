import type { Calendars } from '../policy/time/calendar.ts'
import type { CalendarRecord, Models } from './index.ts'

/** The id of the calendar of the country; that of a district is its name. */
export const countryCalendar = 'cn'

/** The calendars in force, by id: the highest version of each, of all or of those that are named. */
export async function findCalendars(
  { calendars }: Pick<Models, 'calendars'>,
  ids?: readonly string[],
): Promise<Map<string, CalendarRecord>> {
  const found = await calendars.aggregate<CalendarRecord>([
    ...(ids ? [{ $match: { id: { $in: ids } } }] : []),
    { $sort: { id: 1, version: -1 } },
    { $group: { _id: '$id', latest: { $first: '$$ROOT' } } },
    { $replaceRoot: { newRoot: '$latest' } },
  ])
  return new Map(found.map((record) => [record.id, record]))
}

/** What a case of a district counts by, of the calendars in force; throws if that of the country is not among them. */
export function calendarsOf(found: ReadonlyMap<string, CalendarRecord>, district?: string): Calendars {
  const country = found.get(countryCalendar)
  if (!country) throw new Error(`the record has no calendar ${countryCalendar}: it was not prepared`)
  const { from, through, off, worked, version } = country
  const local = district === undefined ? undefined : found.get(district)
  return {
    country: { from, through, off, worked },
    local: { off: local?.off ?? [], worked: local?.worked ?? [] },
    versions: { country: version, local: local?.version ?? 0 },
  }
}

import type { Model } from 'mongoose'
import { count, date, optionalText, schemaOf, text, texts, type RecordOf } from './fields.ts'
import type { Calendars } from '../policy/time/calendar.ts'

/**
 * A version of a calendar: of the country (`cn`) or what a district adds to it (its name). `_id` is `cn@3`; what is in
 * force is the highest version. A district's calendar has neither `from` nor `through` of its own.
 */
export type CalendarRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  id: text,
  version: count,
  from: count,
  through: count,
  off: texts,
  worked: texts,
  /** The paper that says so. */
  source: text,
  /** Why it was imported, beside the paper; null where nobody said. */
  reason: optionalText,
  by: text,
  at: date,
}

export const calendarSchema = schemaOf<CalendarRecord>('calendars', fields)
// The version in force, and all of them.
calendarSchema.index({ id: 1, version: -1 }, { unique: true })

/** The id of the calendar of the country; that of a district is its name. */
export const countryCalendar = 'cn'

/** The calendars in force, by id: the highest version of each, of all or of those that are named. */
export async function findCalendars(
  { calendars }: { calendars: Model<CalendarRecord> },
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

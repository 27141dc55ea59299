import { calendarsOf, countryCalendar, findCalendars } from '../../models/calendars.ts'
import { isDuplicate } from '../../models/repeats.ts'
import type { CalendarRecord, Models } from '../../models/index.ts'
import type { Calendar, Calendars } from '../../policy/time/calendar.ts'
import { countryFaults, districtFaults, type CalendarFault } from '../../policy/time/calendar-faults.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'

/** What a version says; `from` and `through` are 0 for a district, which has none of its own. */
export type CalendarDocument = Pick<CalendarRecord, 'from' | 'through' | 'off' | 'worked' | 'source'>

/** The whole next version of a calendar: by whom, over which version (any, if null), under which request. */
export type CalendarImport = {
  id: string
  document: CalendarDocument
  reason: string | null
  by: Actor
  ifVersion: number | null
  request: string
}

/** The version that an import ended with, and whether it is a new one. */
export type CalendarImported = { record: CalendarRecord; isNew: boolean }

/** The calendars of the record. Every question is asked anew: several processes serve, and any of them may import. */
export function createCalendars(models: Models) {
  return {
    /** What a case counts by at this moment: of a district, or of the country alone. */
    async of(district?: string): Promise<Calendars> {
      const ids = [countryCalendar, ...(district === undefined ? [] : [district])]
      return calendarsOf(await findCalendars(models, ids), district)
    },
    /** The calendars in force, the country's first. */
    async list(): Promise<CalendarRecord[]> {
      const found = [...(await findCalendars(models)).values()]
      return found.toSorted((a, b) => rankOf(a) - rankOf(b) || a.id.localeCompare(b.id, 'zh'))
    },
    /** A version of a calendar, the one in force if none is named; null if there is none. */
    read(id: string, version?: number): Promise<CalendarRecord | null> {
      const which = version === undefined ? { id } : { id, version }
      return models.calendars.findOne(which).sort({ version: -1 }).lean().exec()
    },
    /** The versions of a calendar, the newest first, each with the one before it; null for the first. */
    async history(id: string, below: number | null, limit: number) {
      const found = await models.calendars
        .find({ id, ...(below !== null && { version: { $lt: below } }) })
        .sort({ version: -1 })
        .limit(limit + 1)
        .lean()
      return found.map((record, index) => ({ record, before: found[index + 1] ?? null }))
    },
    /** Keeps the next version of a calendar, with a rollout that is yet to begin; refuses what it may not say. */
    adopt: (asked: CalendarImport) => importVersion(models, asked),
  }
}

/** The calendars, as routes use them. */
export type CalendarStore = ReturnType<typeof createCalendars>

/** Keeps the country's calendar as its first version if there is none; any number of processes may do so at once. */
export async function saveFirstCalendar(models: Models, calendar: Calendar, source: string): Promise<void> {
  if (await models.calendars.exists({ id: countryCalendar })) return
  const by = { user: 'zhigai', role: 'administrator' }
  const record = { ...calendar, source, reason: null, id: countryCalendar, version: 1 }
  await insertVersion(models, record, { by, request: '', finishedAt: new Date() })
}

function rankOf({ id }: CalendarRecord): number {
  return id === countryCalendar ? 0 : 1
}

async function importVersion(models: Models, asked: CalendarImport): Promise<CalendarImported> {
  const { id, document, reason, by, ifVersion, request } = asked
  const inForce = await findCalendars(models, [countryCalendar, id])
  const before = inForce.get(id)
  if (before && isSame(before, document)) return { record: before, isNew: false }
  const version = before?.version ?? 0
  if (ifVersion !== null && ifVersion !== version)
    throw new RefusalError({ code: 'stale-revision', revision: version })
  const faults =
    id === countryCalendar
      ? countryFaults(document, before)
      : districtFaults(document, calendarsOf(inForce).country)
  if (faults.length > 0) throw refusalOf(faults)
  const next = { ...document, reason, id, version: version + 1 }
  const record = await insertVersion(models, next, { by, request, finishedAt: null })
  // Somebody was faster: that is fine only if they said the same.
  return record ? { record, isNew: true } : importVersion(models, { ...asked, ifVersion: version })
}

/** Writes a version and its rollout, both or neither; undefined if there is such a version. */
async function insertVersion(
  { connection, calendars, rollouts }: Models,
  version: Omit<CalendarRecord, '_id' | 'by' | 'at'>,
  rollout: { by: Actor; request: string; finishedAt: Date | null },
): Promise<CalendarRecord | undefined> {
  const key = { _id: `${version.id}@${version.version}`, version: version.version, at: new Date() }
  const record = { ...version, ...key, by: rollout.by.user }
  const nothing = { total: 0, done: 0, moved: 0, failed: 0 }
  try {
    await connection.transaction(async (session) => {
      await calendars.create([record], { session })
      await rollouts.create([{ ...key, ...rollout, ...nothing, calendar: version.id }], { session })
    })
    return record
  } catch (error) {
    if (isDuplicate(error)) return undefined
    throw error
  }
}

function isSame(record: CalendarRecord, document: CalendarDocument): boolean {
  const told = ({ from, through, off, worked, source }: CalendarDocument) =>
    JSON.stringify([from, through, off, worked, source])
  return told(record) === told(document)
}

function refusalOf(faults: CalendarFault[]): RefusalError {
  const issues = faults.slice(0, 20).map(({ field, zh, en }) => ({ field, zh: `${zh}。`, en: `${en}.` }))
  return new RefusalError({ code: 'invalid-request', field: issues[0]?.field ?? '', issues })
}

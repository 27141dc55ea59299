import { z } from 'zod'
import { readCursor, Serial, writeCursor } from '../../models/cursor.ts'
import { countryCalendar } from '../../models/calendars.ts'
import type { CalendarRecord } from '../../models/index.ts'
import { findBody } from '../../policy/edition/districts.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { PageQuery, pageSchema } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'

const years = z.object({ from: z.int(), through: z.int() }).nullable()
const days = z.object({ added: z.array(z.string()), removed: z.array(z.string()) })

const VersionView = z
  .object({
    version: z.int(),
    by: z.string(),
    at: z.string(),
    source: z.string().meta({ description: 'The paper that says so.' }),
    reason: z.string().nullable(),
    off: days.meta({ description: 'Against the version before; all of it in the first.' }),
    worked: days,
    years: z
      .object({ before: years, after: years })
      .nullable()
      .meta({ description: 'The years of a calendar of the country, before and after.' }),
  })
  .meta({ id: 'CalendarVersion' })

/** Who has imported each version of a calendar, why, and what it has changed. */
export function calendarHistoryRoute({ calendars, editions }: Dependencies): Route {
  const { bodies } = editions.organisation
  const id = z.string().min(1).max(80)
  return route({
    method: 'get',
    path: '/calendars/{id}/history',
    tag: 'calendar',
    summary: {
      zh: '工作日历各版：何人、何时、依据与理由、增删了哪些日子，新的在前',
      en: 'The versions of a calendar: who, when, by which paper, why, and which days changed, newest first',
    },
    admit: (caller) => refuseOnPlatform(caller, 'readRollout'),
    params: z.strictObject({ id: id.overwrite((typed) => findBody(bodies, typed)?.name ?? typed) }),
    query: PageQuery,
    answer: { status: 200, schema: pageSchema(VersionView) },
    async handle({ params, query: { limit, cursor } }) {
      const [below] = cursor ? readCursor(Serial, cursor) : [null]
      const found = await calendars.history(params.id, below, limit)
      const last = found.length > limit ? found[limit - 1] : undefined
      const items = found.slice(0, limit).map(({ record, before }) => viewVersion(record, before))
      return { body: { items, next: last ? writeCursor(Serial, [last.record.version]) : null } }
    },
  })
}

function viewVersion(record: CalendarRecord, before: CalendarRecord | null): z.infer<typeof VersionView> {
  const { version, by, at, source, reason } = record
  const isCountry = record.id === countryCalendar
  return {
    version,
    by,
    at: at.toISOString(),
    source,
    reason,
    off: daysBetween(before?.off ?? [], record.off),
    worked: daysBetween(before?.worked ?? [], record.worked),
    years: isCountry ? { before: before && yearsOf(before), after: yearsOf(record) } : null,
  }
}

function yearsOf({ from, through }: CalendarRecord) {
  return { from, through }
}

function daysBetween(before: string[], after: string[]) {
  return {
    added: after.filter((day) => !before.includes(day)),
    removed: before.filter((day) => !after.includes(day)),
  }
}

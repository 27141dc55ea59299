import { z } from 'zod'
import { countryCalendar } from '../../models/calendars.ts'
import type { CalendarRecord } from '../../models/index.ts'
import { DateText } from '../../policy/edition/application.ts'
import { districtSchema, findBody } from '../../policy/edition/districts.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { line } from '../../policy/edition/text.ts'
import { rolloutWorkflowId } from '../../workflows/contract-rollout.ts'
import type { CalendarDocument, CalendarImport } from './calendars.ts'
import { calendarHistoryRoute } from './calendar-history.ts'
import type { Dependencies } from '../dependencies.ts'
import { pageSchema, wholeNumber } from '../http/page.ts'
import { route, type Answer, type RouteRequest, type Route } from '../http/route.ts'

const Summary = z
  .object({
    id: z.string(),
    version: z.int(),
    from: z
      .int()
      .nullable()
      .meta({ description: 'First year; null for a district, which has none of its own.' }),
    through: z.int().nullable(),
    source: z.string(),
    at: z.string(),
  })
  .meta({ id: 'CalendarSummary' })

const CalendarView = Summary.extend({ off: z.array(z.string()), worked: z.array(z.string()) }).meta({
  id: 'Calendar',
})

const Imported = CalendarView.extend({ rollout: z.string() }).meta({ id: 'ImportedCalendar' })

const RolloutView = z
  .object({
    id: z.string(),
    total: z.int(),
    done: z.int(),
    moved: z.int().meta({ description: 'Due dates.' }),
    failed: z.int(),
    finished: z.boolean(),
  })
  .meta({ id: 'Rollout' })

const days = (max: number) => z.array(DateText).max(max)
const source = line(500).meta({ description: 'The paper that says so.' })
const year = z.int().min(2000).max(2199)

const reason = line(500).optional().meta({ description: 'Why it is imported, beside the paper.' })

const CountryDays = z
  .strictObject({ from: year, through: year, off: days(2_000), worked: days(1_000), source, reason })
  .meta({ id: 'CountryDays' })

const DistrictDays = z
  .strictObject({ off: days(400), worked: days(400), source, reason })
  .meta({ id: 'DistrictDays' })

/** `cn`, or the name of a district. */
function calendarId({ bodies }: Pick<Edition, 'bodies'>) {
  const id = z.string().min(1).max(80)
  return z.strictObject({ id: id.overwrite((typed) => findBody(bodies, typed)?.name ?? typed) })
}

const OfVersion = z.strictObject({ version: wholeNumber(1, 999_999).optional() })

/** The calendars of working days: of the country, and what districts add to it; each import is a new version. */
export function calendarRoutes(deps: Dependencies): Route[] {
  return [
    listRoute(deps),
    importCountryRoute(deps),
    importDistrictRoute(deps),
    readRoute(deps),
    rolloutRoute(deps),
    calendarHistoryRoute(deps),
  ]
}

function listRoute({ calendars }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/calendars',
    tag: 'calendar',
    summary: { zh: '现行工作日历', en: 'The calendars in force' },
    answer: { status: 200, schema: pageSchema(Summary) },
    handle: async () => ({ body: { items: (await calendars.list()).map(summarise), next: null } }),
  })
}

function readRoute({ calendars, editions }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/calendars/{id}',
    tag: 'calendar',
    summary: { zh: '查看工作日历', en: 'Read a calendar, as it is in force or in one version' },
    params: calendarId(editions.organisation),
    query: OfVersion,
    answer: { status: 200, schema: CalendarView },
    errors: ['not-found'],
    async handle({ params: { id }, query: { version } }) {
      const record = await calendars.read(id, version)
      if (!record) throw new RefusalError({ code: 'not-found' })
      return { body: view(record), revision: record.version }
    },
  })
}

const admitImport = (caller: Actor): Refusal | undefined => refuseOnPlatform(caller, 'importCalendar')

const importing = {
  method: 'put',
  tag: 'calendar',
  admit: admitImport,
  answer: { status: 201, schema: Imported, orElse: { status: 200, schema: Imported } },
  errors: ['stale-revision'],
} as const

function importCountryRoute(deps: Dependencies): Route {
  return route({
    ...importing,
    path: `/calendars/${countryCalendar}`,
    summary: {
      zh: '导入全国工作日历的下一版，并改算在办事项的到期日',
      en: "Import the next version of the country's calendar; due dates of running projects follow",
    },
    body: CountryDays,
    handle: ({ body, ...question }) => keep(deps, countryCalendar, body, question),
  })
}

function importDistrictRoute(deps: Dependencies): Route {
  return route({
    ...importing,
    path: '/calendars/{id}',
    summary: {
      zh: '导入区县增补工作日的下一版，并改算在办事项的到期日',
      en: 'Import the next version of the days that a district adds; due dates of running projects follow',
    },
    params: z.strictObject({ id: districtSchema(deps.editions.organisation.bodies) }),
    body: DistrictDays,
    handle: ({ body, params: { id }, ...question }) =>
      keep(deps, id, { ...body, from: 0, through: 0 }, question),
  })
}

/** Keeps a version, then starts its rollout: who lost the answer sends the same again, and the rollout begins all the same. */
async function keep(
  { calendars, rollouts }: Dependencies,
  id: string,
  said: CalendarDocument & { reason?: string | undefined },
  {
    caller: by,
    ifRevision: ifVersion,
    request,
  }: Pick<RouteRequest<unknown, unknown, unknown>, 'caller' | 'ifRevision' | 'request'>,
): Promise<Answer<z.input<typeof Imported>>> {
  const { reason: why = null, ...document } = said
  const asked: CalendarImport = { id, document, reason: why, by, ifVersion, request }
  const { record, isNew } = await calendars.adopt(asked)
  await rollouts.ensure(record._id)
  return {
    status: isNew ? 201 : 200,
    body: { ...view(record), rollout: rolloutWorkflowId(record._id) },
    revision: record.version,
  }
}

function rolloutRoute({ calendars, rollouts, editions }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/calendars/{id}/rollout',
    tag: 'calendar',
    summary: { zh: '到期日改算进度', en: 'How far a version has come to the running projects' },
    admit: (caller) => refuseOnPlatform(caller, 'readRollout'),
    params: calendarId(editions.organisation),
    query: OfVersion,
    answer: { status: 200, schema: RolloutView },
    errors: ['not-found'],
    async handle({ params: { id }, query: { version } }) {
      const named = version ?? (await calendars.read(id))?.version
      const found = named === undefined ? null : await rollouts.read(`${id}@${named}`)
      if (!found) throw new RefusalError({ code: 'not-found' })
      const { _id, total, done, moved, failed, finishedAt } = found
      return {
        body: { id: rolloutWorkflowId(_id), total, done, moved, failed, finished: finishedAt !== null },
      }
    },
  })
}

function summarise({ id, version, from, through, source: paper, at }: CalendarRecord) {
  const span = id === countryCalendar ? { from, through } : { from: null, through: null }
  return { id, version, ...span, source: paper, at: at.toISOString() }
}

function view(record: CalendarRecord) {
  return { ...summarise(record), off: record.off, worked: record.worked }
}

import { z } from 'zod'
import { readCursor, writeCursor } from '../../models/cursor.ts'
import { DateText } from '../../policy/edition/application.ts'
import type { Actor } from '../../policy/case/case.ts'
import { addDays, endOfDay } from '../../policy/time/dates.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { RefusalError } from '../../policy/errors.ts'
import { inputRefusal } from '../../policy/words/issues.ts'
import { notForRole, rolesUnder } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { HistoryLine, ledgersOf } from './index.ts'
import { pageOfLedgers, HistoryCursorKey } from './ledger.ts'
import { ledgerKinds, visibleLedgers, visibilityOf, type LedgerKind } from '../../policy/access/visibility.ts'
import { PageQuery, pageSchema } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'
import { getVisible } from '../projects/visible.ts'

const params = z.strictObject({ id: z.string().min(1).max(60) })

/** A list of kinds, parted by commas. */
function kindsAmong(allowed: readonly LedgerKind[]) {
  return z
    .string()
    .max(100)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(allowed)))
    .meta({ override: { type: 'string' }, description: `One or several of ${allowed.join(', ')}.` })
}

const Person = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'Whose lines: who did, was told or read.' })

/** Of a cursor that also says where in the engine's books the page ends. */
const longestCursor = 6_000

const HistoryQuery = PageQuery.extend({
  kind: kindsAmong(ledgerKinds).optional(),
  person: Person,
  from: DateText.optional().meta({ description: 'The first day, in Shanghai.' }),
  to: DateText.optional().meta({ description: 'The last day, in Shanghai.' }),
  cursor: z.string().min(1).max(longestCursor).optional().meta({ description: '`next` of the page before.' }),
})

/** What happened to a project: the page, and the live stream. */
export function historyRoutes(deps: Dependencies): Route[] {
  return [pageRoute(deps), streamRoute(deps)]
}

function pageRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/projects/{id}/history',
    tag: 'projects',
    summary: {
      zh: '办理经过：办理、通知、查阅、流程引擎，先发生的在前',
      en: 'What happened, who was told, who has read it, and what the engine did, first things first',
    },
    logsReads: true,
    params,
    query: HistoryQuery,
    answer: { status: 200, schema: pageSchema(HistoryLine) },
    errors: ['not-found', 'not-your-role'],
    async handle({ params: { id }, query: { limit, cursor, kind, person, from, to }, caller }) {
      refuseBackwards(from, to)
      const after = cursor ? readCursor(HistoryCursorKey, cursor) : null
      const { record, loaded } = await getVisible(deps, id, caller)
      const { edition } = loaded
      const asked = askedKinds(edition, caller, kind)
      const part = {
        person,
        from: from === undefined ? null : new Date(endOfDay(addDays(from, -1))),
        before: to === undefined ? null : new Date(endOfDay(to)),
      }
      const visibility = visibilityOf(edition, caller)
      const ledgers = ledgersOf(deps, { project: record._id, edition, visibility, part })
      const { items, next } = await pageOfLedgers<HistoryLine>(
        asked.map((each) => ledgers[each]),
        after,
        limit,
      )
      return { body: { items, next: next && writeCursor(HistoryCursorKey, next) } }
    },
  })
}

function refuseBackwards(from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined || from <= to) return
  const words = { zh: `不得晚于截止日 ${to}`, en: `must not be later than the last day, ${to}` }
  throw new RefusalError(inputRefusal('from', words, [to]))
}

/** The kinds that are asked for, or all that the caller may see; refuses one that they may not. */
function askedKinds(edition: Edition, caller: Actor, asked: LedgerKind[] | undefined): LedgerKind[] {
  const allowed = visibleLedgers(visibilityOf(edition, caller))
  if (asked && !asked.every((kind) => allowed.includes(kind))) {
    const may = rolesUnder(edition).filter((role) => {
      const seen = visibleLedgers(visibilityOf(edition, { role }))
      return asked.every((kind) => seen.includes(kind))
    })
    throw new RefusalError({ ...notForRole(edition, may), field: 'kind', allowed })
  }
  return asked ? ledgerKinds.filter((kind) => asked.includes(kind)) : allowed
}

/** The engine's events are read in the history, and not told as they happen. */
const kindsStreamed = ledgerKinds.filter((kind) => kind !== 'engine')

function streamRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/projects/{id}/history/stream',
    tag: 'projects',
    summary: { zh: '办理经过的实时推送', en: 'What happens, as it happens' },
    logsReads: true,
    params,
    query: z.strictObject({ kind: kindsAmong(kindsStreamed).optional(), person: Person }),
    answer: {
      status: 200,
      type: 'text/event-stream',
      schema: z.string().meta({
        description:
          'Events `event`, `notice`, `operation` and `read`; their data is a line as in the history, a notice again whenever its ' +
          'status or its delivery changes. With `Last-Event-ID` it begins with what has come since, or with `reset` if that is too long ' +
          'ago to tell: then read the history. Some may come once more. `end` says that the case is over.',
      }),
    },
    errors: ['not-found', 'not-your-role', 'too-many-streams'],
    async handle({ params: { id }, query, caller, lastEventId }) {
      const { record, loaded } = await getVisible(deps, id, caller)
      const { edition } = loaded
      const body = await deps.historyStreams.open({
        user: caller.user,
        project: record._id,
        edition,
        visibility: visibilityOf(edition, caller),
        kinds: askedKinds(edition, caller, query.kind),
        person: query.person,
        isOver: record.state.done,
        lastEventId,
      })
      return { body, headers: { 'x-accel-buffering': 'no' } }
    },
  })
}

import { z } from 'zod'
import type { HistoryRecord, NoticeRecord } from '../../models/index.ts'
import type { Edition } from '../../policy/edition.ts'
import { deadlineChangeLabels, eventLabels, nameOfTask } from '../../policy/labels.ts'
import { noticeLabels } from '../../policy/notice.ts'
import { scopeOf } from '../../policy/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { decodeCursor, encodeCursor, PageQuery, pageSchema } from '../page.ts'
import { route, type Route } from '../route.ts'
import { getVisible } from '../sending.ts'
import { Words } from '../words.ts'

const DeadlineChangeView = z.object({
  task: z.string(),
  name: Words,
  period: z.string().nullable(),
  why: z.string(),
  words: Words,
  from: z.string().nullable(),
  to: z.string().nullable(),
  days: z.int().nullable().meta({ description: 'Days added, in `unit`.' }),
  unit: z.enum(['workingDays', 'calendarDays']),
  article: z.string(),
})

const EventLine = z
  .object({
    kind: z.literal('event'),
    revision: z.int(),
    type: z.string(),
    name: Words,
    by: z
      .object({ role: z.string(), user: z.string().nullable(), district: z.string().nullable() })
      .nullable(),
    on: z.string(),
    at: z.string(),
    from: z.unknown(),
    to: z.unknown(),
    payload: z.unknown(),
    article: z.string(),
    deadlines: z.array(DeadlineChangeView).meta({ description: 'Due dates that it set, moved or ended.' }),
  })
  .meta({ id: 'HistoryLine' })

const NoticeLine = z
  .object({
    kind: z.literal('notice'),
    type: z.string(),
    name: Words,
    task: z.string(),
    taskName: Words,
    period: z.string().nullable(),
    occasion: z.string(),
    recipient: z.string(),
    channel: z.string(),
    dueOn: z.string().nullable(),
    status: z.string(),
    at: z.string(),
    sentAt: z.string().nullable(),
    openedAt: z.string().nullable(),
    article: z.string(),
  })
  .meta({ id: 'HistoryNotice' })

/** Where a page ends in each of the two ledgers: the last revision, and the last notice. */
const CursorKey = z.tuple([z.int(), z.iso.datetime().nullable(), z.string()])

type Line = { at: Date; event: HistoryRecord } | { at: Date; notice: NoticeRecord }

/** What happened to a project and who was told, first things first. */
export function historyRoutes(deps: Dependencies): Route[] {
  return [
    route({
      method: 'get',
      path: '/projects/{id}/history',
      tag: 'projects',
      summary: { zh: '办理经过和通知', en: 'What happened to a project, and who was told' },
      access: 'signedIn',
      params: z.strictObject({ id: z.string().min(1).max(60) }),
      query: PageQuery.extend({ kind: z.enum(['event', 'notice']).optional() }),
      answer: { status: 200, schema: pageSchema(z.union([EventLine, NoticeLine])) },
      errors: ['not-found', 'invalid-request'],
      async handle({ params: { id }, query: { limit, cursor, kind }, caller }) {
        const from = decodeCursor(cursor, CursorKey) ?? ([0, null, ''] as const)
        const { record, loaded } = await getVisible(deps, id, caller)
        const { edition } = loaded
        const isOwn = scopeOf(edition, caller) === 'own'
        const lines = await linesAfter(deps, { project: record._id, edition, isOwn, kind, from, limit })
        const page = lines.slice(0, limit)
        const items = page.map((line) =>
          'event' in line ? viewEvent(edition, line.event, isOwn) : viewNotice(edition, line.notice),
        )
        return { body: { items, next: lines.length > limit ? encodeCursor(endOf(page, from)) : null } }
      },
    }),
  ]
}

type Asked = {
  project: string
  edition: Edition
  isOwn: boolean
  kind: 'event' | 'notice' | undefined
  from: z.infer<typeof CursorKey> | readonly [number, null, '']
  limit: number
}

/** The lines of both ledgers after a place in each, in the order of time, one more than asked for if there are more. */
async function linesAfter({ models }: Dependencies, asked: Asked): Promise<Line[]> {
  const { project, edition, isOwn, kind, limit } = asked
  const [revision, at, id] = asked.from
  const after =
    at === null ? {} : { $or: [{ at: { $gt: new Date(at) } }, { at: new Date(at), _id: { $gt: id } }] }
  // An enterprise sees what its own side was told.
  const ownRoles = edition.roles.filter(({ scope }) => scope === 'own').map((role) => role.id)
  const [events, notices] = await Promise.all([
    kind === 'notice'
      ? []
      : models.history
          .find({ project, revision: { $gt: revision } })
          .sort({ revision: 1 })
          .limit(limit + 1)
          .lean(),
    kind === 'event'
      ? []
      : models.notices
          .find({ project, ...(isOwn && { roles: { $in: ownRoles } }), ...after })
          .sort({ at: 1, _id: 1 })
          .limit(limit + 1)
          .lean(),
  ])
  const lines: Line[] = [
    ...events.map((event) => ({ at: event.at, event })),
    ...notices.map((notice) => ({ at: notice.at, notice })),
  ]
  return lines.toSorted((a, b) => a.at.getTime() - b.at.getTime()).slice(0, limit + 1)
}

function endOf(page: Line[], [revision, at, id]: Asked['from']): z.infer<typeof CursorKey> {
  const event = page.findLast((line) => 'event' in line)?.event
  const notice = page.findLast((line) => 'notice' in line)?.notice
  return [event?.revision ?? revision, notice?.at.toISOString() ?? at, notice?._id ?? id]
}

/** An enterprise sees what an officer did and in which role, not which officer it was. */
function viewEvent(edition: Edition, line: HistoryRecord, isOwn: boolean): z.infer<typeof EventLine> {
  const { revision, type, by, on, at, from, to, payload, article, deadlines } = line
  const isOfficer = by !== null && scopeOf(edition, by) !== 'own'
  const user = by && isOwn && isOfficer ? null : (by?.user ?? null)
  return {
    kind: 'event',
    revision,
    type,
    name: eventLabels[type],
    by: by && { role: by.role, user, district: by.district ?? null },
    on,
    at: at.toISOString(),
    from,
    to,
    payload,
    article,
    deadlines: deadlines.map((change) => ({
      ...change,
      name: nameOfTask(edition, change.task),
      words: deadlineChangeLabels[change.why],
    })),
  }
}

function viewNotice(edition: Edition, notice: NoticeRecord): z.infer<typeof NoticeLine> {
  const { kind, task, period, occasion, recipient, channel, dueOn, status, at, sentAt, openedAt, article } =
    notice
  return {
    kind: 'notice',
    type: kind,
    name: noticeLabels[kind],
    task,
    taskName: nameOfTask(edition, task),
    period,
    occasion,
    recipient,
    channel,
    dueOn,
    status,
    at: at.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    openedAt: openedAt?.toISOString() ?? null,
    article,
  }
}

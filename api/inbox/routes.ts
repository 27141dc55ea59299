import { z } from 'zod'
import { RefusalError } from '../../policy/errors.ts'
import type { Dependencies } from '../dependencies.ts'
import { inboxFilter, readableBy } from './inbox.ts'
import { NoticeView, viewNotices } from './notice-view.ts'
import { findPage, newestBy, PageQuery, pageSchema } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'

/** What somebody was told: the list, the live stream, and that they have read it. */
export function inboxRoutes(deps: Dependencies): Route[] {
  return [listRoute(deps), streamRoute(deps), openedRoute(deps)]
}

function listRoute({ models, editions }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/inbox',
    tag: 'inbox',
    summary: { zh: '收到的通知，新的在前', en: 'What I was told, newest first' },
    query: PageQuery.extend({
      unread: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Only what has not been opened.' }),
    }),
    answer: { status: 200, schema: pageSchema(NoticeView) },
    errors: ['not-your-role'],
    async handle({ query: { unread, ...query }, caller }) {
      const mine = inboxFilter(readableBy(editions.organisation, caller))
      const filter = { ...mine, ...(unread === 'true' && { openedAt: null }) }
      const { items, next } = await findPage(models.notices, filter, query, newestBy('sentAt'))
      return { body: { items: await viewNotices({ models, editions }, items), next } }
    },
  })
}

function streamRoute({ editions, inboxStreams }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/inbox/stream',
    tag: 'inbox',
    summary: { zh: '通知的实时推送', en: 'What I am told, as it arrives' },
    answer: {
      status: 200,
      type: 'text/event-stream',
      schema: z.string().meta({
        description:
          'Events `notice`; their data is a Notice as in the list, their id its id, percent-encoded. With `Last-Event-ID` ' +
          'it begins with what has arrived since; what arrived shortly before may come once more. It ends after an hour.',
      }),
    },
    errors: ['not-your-role', 'too-many-streams'],
    async handle({ caller, lastEventId }) {
      const readable = readableBy(editions.organisation, caller)
      const body = await inboxStreams.open({ ...readable, lastEventId })
      return { body, headers: { 'x-accel-buffering': 'no' } }
    },
  })
}

function openedRoute({ models, editions, now }: Dependencies): Route {
  return route({
    method: 'post',
    path: '/inbox/{id}/opened',
    tag: 'inbox',
    summary: { zh: '标记为已读', en: 'Mark a notice as opened; a second time changes nothing' },
    params: z.strictObject({ id: z.string().min(1).max(1_000) }),
    answer: { status: 200, schema: NoticeView },
    errors: ['not-found', 'not-your-role'],
    async handle({ params: { id }, caller }) {
      const mine = { _id: id, ...inboxFilter(readableBy(editions.organisation, caller)) }
      await models.notices.updateOne({ ...mine, openedAt: null }, { $set: { openedAt: new Date(now()) } })
      const found = await models.notices.findOne(mine).lean()
      const [view] = await viewNotices({ models, editions }, found ? [found] : [])
      if (!view) throw new RefusalError({ code: 'not-found' })
      return { body: view }
    },
  })
}

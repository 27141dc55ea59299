import { z } from 'zod'
import { InstantAndId, readCursor } from '../../models/cursor.ts'
import type { MessageRecord } from '../../models/index.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { line } from '../../policy/edition/text.ts'
import type { Dependencies } from '../dependencies.ts'
import { sendAgain } from './operation-desk.ts'
import { behind, PageQuery, pageOf, pageSchema } from '../http/page.ts'
import { ofNoCase, route, type Route } from '../http/route.ts'

const MessageView = z
  .object({
    id: z.string(),
    recipient: z.string(),
    channel: z.enum(['email', 'webhook']),
    status: z.enum(['pending', 'sent', 'dead']),
    attempts: z.int(),
    error: z.string().nullable(),
    at: z.string(),
  })
  .meta({ id: 'Message' })

/** Messages that could not be delivered, and sending them again. */
export function deadLetterRoutes(deps: Dependencies): Route[] {
  return [listRoute(deps), resendRoute(deps)]
}

function listRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/dead-letters',
    tag: 'operations',
    summary: { zh: '未能送达的消息，新的在前', en: 'Messages that could not be delivered, newest first' },
    access: 'signedIn',
    logsReads: true,
    admit: (caller) => refuseOnPlatform(caller, 'readDeadLetters'),
    query: PageQuery,
    answer: { status: 200, schema: pageSchema(MessageView) },
    errors: ['not-your-role', 'invalid-request'],
    async handle({ query: { limit, cursor } }) {
      const after = cursor && readCursor(InstantAndId, cursor)
      const found = await models.messages
        .find({ status: 'dead', ...(after && behind('at', after, '$lt')) })
        .sort({ at: -1, _id: -1 })
        .limit(limit + 1)
        .lean()
      const body = pageOf(found, limit, { place: InstantAndId, of: ({ at, _id }) => [at, _id] }, view)
      return { body, shows: body.items.map(() => ofNoCase) }
    },
  })
}

function resendRoute(deps: Dependencies): Route {
  return route({
    method: 'post',
    path: '/dead-letters/{id}/resend',
    tag: 'operations',
    summary: { zh: '重新发送', en: 'Send a message again that could not be delivered' },
    access: 'signedIn',
    logsReads: true,
    admit: (caller) => refuseOnPlatform(caller, 'resendMessage'),
    params: z.strictObject({ id: z.string().min(1).max(1_000) }),
    body: z.strictObject({ reason: line(500) }).meta({ id: 'Resending' }),
    answer: { status: 200, schema: MessageView },
    errors: ['not-your-role', 'invalid-request', 'not-found', 'message-not-dead', 'idempotency-key-reused'],
    async handle({ params: { id }, body: { reason }, ...asker }) {
      const message = await sendAgain(deps, id, reason, asker)
      return { body: view(message), shows: [ofNoCase] }
    },
  })
}

function view({ _id, recipient, channel, status, attempts, error, at }: MessageRecord) {
  return { id: _id, recipient, channel, status, attempts, error, at: at.toISOString() }
}

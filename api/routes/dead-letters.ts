import { z } from 'zod'
import type { MessageRecord } from '../../models/index.ts'
import { resend } from '../../notices/dead-letters.ts'
import { RefusalError } from '../../policy/errors.ts'
import { mayOnPlatform } from '../../policy/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { behind, decodeCursor, PageQuery, pageOf, pageSchema } from '../page.ts'
import { ofNoCase, route, type Route } from '../route.ts'

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

const CursorKey = z.tuple([z.coerce.date(), z.string()])

function listRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/dead-letters',
    tag: 'operations',
    summary: { zh: '未能送达的消息，新的在前', en: 'Messages that could not be delivered, newest first' },
    access: 'signedIn',
    logsReads: true,
    admit: (caller) => (mayOnPlatform(caller, 'readDeadLetters') ? undefined : { code: 'not-your-role' }),
    query: PageQuery,
    answer: { status: 200, schema: pageSchema(MessageView) },
    errors: ['not-your-role', 'invalid-request'],
    async handle({ query: { limit, cursor } }) {
      const after = decodeCursor(cursor, CursorKey)
      const found = await models.messages
        .find({ status: 'dead', ...(after && behind('at', after, '$lt')) })
        .sort({ at: -1, _id: -1 })
        .limit(limit + 1)
        .lean()
      const body = pageOf(found, limit, ({ at, _id }) => [at.toISOString(), _id], view)
      return { body, shows: body.items.map(() => ofNoCase) }
    },
  })
}

function resendRoute({ models, now }: Dependencies): Route {
  return route({
    method: 'post',
    path: '/dead-letters/{id}/resend',
    tag: 'operations',
    summary: { zh: '重新发送', en: 'Send a message again that could not be delivered' },
    access: 'signedIn',
    logsReads: true,
    admit: (caller) => (mayOnPlatform(caller, 'resendMessage') ? undefined : { code: 'not-your-role' }),
    params: z.strictObject({ id: z.string().min(1).max(1_000) }),
    answer: { status: 200, schema: MessageView },
    errors: ['not-your-role', 'not-found', 'message-not-dead'],
    async handle({ params: { id } }) {
      const found = await resend(models, id, new Date(now()))
      if (!found) throw new RefusalError({ code: 'not-found' })
      const { message, revived } = found
      if (!revived) throw new RefusalError({ code: 'message-not-dead', messageStatus: message.status })
      return { body: view(message), shows: [ofNoCase] }
    },
  })
}

function view({ _id, recipient, channel, status, attempts, error, at }: MessageRecord) {
  return { id: _id, recipient, channel, status, attempts, error, at: at.toISOString() }
}

import { z } from 'zod'
import type { MessageRecord } from '../../models/index.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { line } from '../../policy/edition/text.ts'
import type { Dependencies } from '../dependencies.ts'
import { sendAgain } from './operation-service.ts'
import { findPage, newestBy, PageQuery, pageSchema } from '../http/page.ts'
import { shown } from '../http/shown.ts'
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
    logsReads: true,
    admit: (caller) => refuseOnPlatform(caller, 'readDeadLetters'),
    query: PageQuery,
    answer: { status: 200, schema: pageSchema(MessageView) },
    async handle({ query }) {
      const { items, next } = await findPage(models.messages, { status: 'dead' }, query, newestBy('at'))
      return { body: { items: items.map(view), next }, shows: items.map(() => ofNoCase) }
    },
  })
}

function resendRoute(deps: Dependencies): Route {
  return route({
    method: 'post',
    path: '/dead-letters/{id}/resend',
    tag: 'operations',
    summary: { zh: '重新发送', en: 'Send a message again that could not be delivered' },
    logsReads: true,
    admit: (caller) => refuseOnPlatform(caller, 'resendMessage'),
    params: z.strictObject({ id: z.string().min(1).max(1_000) }),
    body: z.strictObject({ reason: line(500) }).meta({ id: 'Resending' }),
    answer: { status: 200, schema: MessageView },
    errors: ['not-found', 'message-not-dead', 'idempotency-key-reused'],
    async handle({ params: { id }, body: { reason }, ...asker }) {
      const message = await sendAgain(deps, id, reason, asker)
      return { body: view(message), shows: [ofNoCase] }
    },
  })
}

function view(message: MessageRecord) {
  return shown(MessageView, { ...message, id: message._id })
}

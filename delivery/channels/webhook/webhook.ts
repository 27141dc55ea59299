import { Webhook } from 'standardwebhooks'
import { Agent, request } from 'undici'
import { pauseAskedFor, verdictOfCall } from '../../answers.ts'
import {
  UndeliveredError,
  type OutboundChannel,
  type Item,
  type OutgoingMessage,
} from '../../outgoing-message.ts'
import { isPrivateHost, lookupPublic } from './public-address.ts'

const timeoutMs = 10_000
/** Of the answer, in bytes: only its status is of interest. */
const longestAnswer = 16_384

/**
 * Sends messages as calls by the Standard Webhooks specification. A call that is made again, because nobody knows whether it
 * arrived, has the same `webhook-id`: it is left to the receiver to drop the repeat. No redirect is followed; plain HTTP and
 * addresses that are not public are refused, unless `toPrivate` allows them.
 */
export function createWebhookChannel({ toPrivate }: { toPrivate: boolean }): OutboundChannel {
  const agent = new Agent({
    connect: { timeout: timeoutMs, ...(!toPrivate && { lookup: lookupPublic }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: longestAnswer,
  })
  return {
    async send(message, signal) {
      const { url, secret } = targetOf(message, toPrivate)
      const body = payloadOf(message)
      // The receiver holds this against its own clock; the clock of the dispatcher may be another.
      const sentAt = new Date()
      const {
        statusCode,
        headers,
        body: answer,
      } = await request(url, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'zhigai',
          'webhook-id': message.id,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(message.id, sentAt, body),
        },
        body,
      })
      answer.on('error', () => undefined).destroy()
      const verdict = verdictOfCall(statusCode)
      if (verdict === 'delivered') return
      const pause = pauseAskedFor([headers['retry-after']].flat()[0], sentAt.getTime())
      throw new UndeliveredError(`the receiver answered ${statusCode}`, verdict, pause ?? 0)
    },
    close: () => agent.destroy(),
  }
}

function targetOf({ to: { webhook } }: OutgoingMessage, toPrivate: boolean): { url: URL; secret: string } {
  if (webhook === null) throw new UndeliveredError('the recipient has no webhook')
  const url = URL.canParse(webhook.url) ? new URL(webhook.url) : null
  if (url === null || !['https:', 'http:'].includes(url.protocol))
    throw new UndeliveredError('the webhook is not an https address')
  if (!toPrivate && (url.protocol !== 'https:' || isPrivateHost(url.hostname)))
    throw new UndeliveredError('the webhook is not a public https address')
  return { url, secret: webhook.secret }
}

/** How much a call says, in bytes: common receivers refuse more than a multiple of it (Standard Webhooks: 20 kB). */
const largestCall = 20_000
/** What a call has around its notices, in bytes at the most. */
const envelope = 200
/** How many notices a call says to a receiver that has refused more. */
const briefly = 1

/**
 * What a call says: no names of people, and nothing that a person wrote but the name of the project; of what would make it too
 * large only how many more there are. `kind`, `event`, `task` and `outcome` are for programs and stay; the sentences are for
 * people and may be worded anew.
 */
export function payloadOf({ items, at, brief }: OutgoingMessage): string {
  const data: ReturnType<typeof viewItem>[] = []
  let left = largestCall - envelope
  for (const item of items.slice(0, brief ? briefly : undefined)) {
    const view = viewItem(item)
    left -= Buffer.byteLength(JSON.stringify(view)) + 1
    if (left < 0 && data.length > 0) break
    data.push(view)
  }
  const more = items.length - data.length
  return JSON.stringify({ type: 'zhigai.notice', timestamp: at.toISOString(), data, more })
}

function viewItem({ notice, projectName, text }: Item) {
  const { project, kind, event, outcome, phase, task, part, dueOn, from, days, unit, article } = notice
  const { title, facts, happened, until, otherwise, basis, remedies, contact, signedBy } = text
  const about = { project, projectName, kind, event, outcome, phase, task, part }
  const dates = { dueOn, from, days, unit, article }
  const sentences = { title, facts, happened, until, otherwise, basis, remedies, contact, signedBy }
  return { ...about, ...dates, ...sentences }
}

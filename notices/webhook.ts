import { Webhook } from 'standardwebhooks'
import { Agent, request } from 'undici'
import { UndeliverableError, type Carrier, type Letter } from './letter.ts'
import { isPrivateHost, lookupPublic } from './public-address.ts'

const timeoutMs = 10_000
/** Of the answer, in bytes: only its status is of interest. */
const longestAnswer = 16_384

/**
 * Sends letters as calls by the Standard Webhooks specification. A call that is made again, because nobody knows whether it
 * arrived, has the same `webhook-id`: it is left to the receiver to drop the repeat. No redirect is followed; plain HTTP and
 * addresses that are not public are refused, unless `toPrivate` allows them.
 */
export function createWebhookCarrier({ toPrivate }: { toPrivate: boolean }): Carrier {
  const agent = new Agent({
    connect: { timeout: timeoutMs, ...(!toPrivate && { lookup: lookupPublic }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: longestAnswer,
  })
  return {
    async carry(letter, signal) {
      const { url, secret } = targetOf(letter, toPrivate)
      const body = payloadOf(letter)
      // The receiver holds this against its own clock; the clock of the post may be another.
      const sentAt = new Date()
      const { statusCode, body: answer } = await request(url, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'zhigai',
          'webhook-id': letter.id,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(letter.id, sentAt, body),
        },
        body,
      })
      answer.on('error', () => undefined).destroy()
      if (statusCode < 200 || statusCode > 299) throw new Error(`the receiver answered ${statusCode}`)
    },
    close: () => agent.destroy(),
  }
}

function targetOf({ to: { webhook } }: Letter, toPrivate: boolean): { url: URL; secret: string } {
  if (webhook === null) throw new UndeliverableError('the recipient has no webhook')
  const url = URL.canParse(webhook.url) ? new URL(webhook.url) : null
  if (url === null || !['https:', 'http:'].includes(url.protocol))
    throw new UndeliverableError('the webhook is not an https address')
  if (!toPrivate && (url.protocol !== 'https:' || isPrivateHost(url.hostname)))
    throw new UndeliverableError('the webhook is not a public https address')
  return { url, secret: webhook.secret }
}

/**
 * What a call says: no names of people, and nothing that a person wrote but the name of the project. `kind`, `event`, `task` and
 * `outcome` are for programs and stay; the sentences are for people and may be worded anew.
 */
export function payloadOf({ items, at }: Letter): string {
  return JSON.stringify({
    type: 'zhigai.notice',
    timestamp: at.toISOString(),
    data: items.map(({ notice, projectName, text }) => {
      const { project, kind, event, outcome, phase, task, period, dueOn, from, days, unit, article } = notice
      const { title, facts, happened, until, otherwise, basis, remedies, contact, signedBy } = text
      const about = { project, projectName, kind, event, outcome, phase, task, period }
      const dates = { dueOn, from, days, unit, article }
      return {
        ...about,
        ...dates,
        title,
        facts,
        happened,
        until,
        otherwise,
        basis,
        remedies,
        contact,
        signedBy,
      }
    }),
  })
}

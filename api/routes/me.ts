import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { PersonRecord } from '../../models/index.ts'
import { inBoth } from '../../policy/bilingual.ts'
import type { Actor } from '../../policy/case.ts'
import type { Dependencies } from '../dependencies.ts'
import { capacityOf, defaultPreferences } from '../people.ts'
import { route, type Route } from '../route.ts'

const legal = 'What the law needs to be told (`required`) is told whatever is chosen here.'
const Wish = z
  .enum(['all', 'required'])
  .meta({ description: `Everything, or no more than what the law needs. ${legal}` })

const Wishes = z.strictObject({
  inbox: z.literal('all').default('all').meta({ description: 'The inbox cannot be turned off.' }),
  email: Wish,
  webhook: Wish,
})
const Email = z.email(inBoth('须为电子邮箱地址', 'must be an e-mail address')).max(254).nullable()
const Language = z.enum(['zh', 'en', 'both']).meta({
  description: 'Of mails: Chinese alone, English with the Chinese text below, or Chinese with English below.',
})

/** What a person may choose. Webhooks are called over TLS, but where addresses of this network are allowed. */
function preferencesSchema(allowsPrivate: boolean) {
  const protocols = allowsPrivate ? ['https:', 'http:'] : ['https:']
  const url = z
    .string()
    .max(500)
    .regex(
      /^[\x21-\x7e]+$/,
      inBoth('须用可见的 ASCII 字符书写', 'must be written in visible ASCII characters'),
    )
    .refine(
      (text) => isCallable(text, protocols),
      inBoth(
        `须为 ${protocols.join(' 或 ')}// 开头的地址，不含用户名和密码`,
        `must be an address with ${protocols.join(' or ')}//, without a user or a password`,
      ),
    )
  return z
    .strictObject({
      email: Email.meta({ description: 'Where mails go; none are sent if null.' }),
      language: Language,
      wishes: Wishes,
      webhook: z.strictObject({ url }).nullable().meta({
        description: 'Called by Standard Webhooks; a new address has a new secret, which is answered once.',
      }),
    })
    .meta({ description: legal })
}

function isCallable(text: string, protocols: string[]): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return protocols.includes(protocol) && username === '' && password === ''
}

const MeView = z
  .object({
    user: z.string(),
    role: z.string(),
    district: z.string().nullable(),
    uscc: z.string().nullable(),
    preferences: z.object({
      email: z.string().nullable(),
      language: Language,
      wishes: Wishes,
      webhook: z.object({ url: z.string() }).nullable(),
    }),
    calendarFeed: z.boolean().meta({ description: 'Whether there is a calendar feed.' }),
  })
  .meta({ id: 'Me' })

const PreferencesAnswer = MeView.extend({
  webhookSecret: z.string().nullable().meta({
    description: 'By which calls are signed (`whsec_…`); told once, when the address is set or changed.',
  }),
}).meta({ id: 'MeWithSecret' })

/** Who the caller is to us, and how they want to be told things. */
export function meRoutes(deps: Dependencies): Route[] {
  return [readRoute(deps), preferencesRoute(deps)]
}

function readRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/me',
    tag: 'me',
    summary: { zh: '我的身份与偏好', en: 'Who I am, and my preferences' },
    access: 'signedIn',
    answer: { status: 200, schema: MeView },
    errors: [],
    async handle({ caller }) {
      return { body: view(caller, await models.people.findById(caller.user).lean()) }
    },
  })
}

function preferencesRoute(deps: Dependencies): Route {
  return route({
    method: 'put',
    path: '/me/preferences',
    tag: 'me',
    summary: { zh: '设置通知方式', en: 'Choose how to be told' },
    access: 'signedIn',
    body: preferencesSchema(deps.allowPrivateAddresses),
    answer: { status: 200, schema: PreferencesAnswer },
    errors: ['invalid-request'],
    async handle({ body, caller }) {
      const secret = `whsec_${randomBytes(32).toString('base64')}`
      const webhook = body.webhook && { ...body.webhook, secret }
      const saved = await savePreferences(deps, caller, { ...body, webhook })
      return {
        body: {
          ...view(caller, saved),
          webhookSecret: saved.webhook?.secret === secret ? secret : null,
        },
      }
    },
  })
}

/** Writes in one step, so that of two calls with the same new address one sets the secret and both keep it. */
function savePreferences(
  { models, now }: Dependencies,
  caller: Actor,
  { webhook, ...chosen }: Pick<PersonRecord, 'email' | 'language' | 'wishes' | 'webhook'>,
): Promise<PersonRecord> {
  const fields = { ...capacityOf(caller), ...chosen, seenAt: new Date(now()) }
  const isSame = { $eq: ['$webhook.url', literal(webhook?.url ?? null)] }
  const set = {
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, literal(value)])),
    webhook: webhook ? { $cond: [isSame, '$webhook', literal(webhook)] } : literal(null),
    feed: { $ifNull: ['$feed', null] },
  }
  return models.people
    .findOneAndUpdate({ _id: caller.user }, [{ $set: set }], {
      upsert: true,
      returnDocument: 'after',
      updatePipeline: true,
    })
    .lean()
    .orFail()
}

/** What people write may begin with a dollar, which would be the name of a field. */
function literal(value: unknown) {
  return { $literal: value }
}

function view(caller: Actor, person: PersonRecord | null) {
  const { email, language, wishes, webhook } = person ?? defaultPreferences
  return {
    user: caller.user,
    ...capacityOf(caller),
    preferences: { email, language, wishes, webhook: webhook && { url: webhook.url } },
    calendarFeed: typeof person?.feed === 'string',
  }
}

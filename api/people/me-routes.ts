import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { PersonRecord } from '../../models/index.ts'
import { askToConfirm, hashOfCode, isAskedTooOften } from '../../delivery/channels/email/confirmation.ts'
import { inBoth } from '../../policy/words/bilingual.ts'
import { isLive } from '../../policy/access/capacities.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'
import { wordsOf } from '../../policy/words/voice.ts'
import type { Dependencies } from '../dependencies.ts'
import { defaultPreferences, ensurePerson } from './people.ts'
import { route, type Route } from '../http/route.ts'
import { Words } from '../http/words.ts'

const legal = 'What the law needs to be told (`required`) is told whatever is chosen here.'
const ChannelPreference = z
  .enum(['all', 'required'])
  .meta({ description: `Everything, or no more than what the law needs. ${legal}` })

const Preferences = z.strictObject({
  inbox: z.literal('all').default('all').meta({ description: 'The inbox cannot be turned off.' }),
  email: ChannelPreference,
  webhook: ChannelPreference,
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
      preferences: Preferences,
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
    capacities: z
      .array(
        z.object({
          role: z.string(),
          district: z.string().nullable(),
          uscc: z.string().nullable(),
          seenAt: z.string(),
        }),
      )
      .meta({ description: 'All in which I was seen and am told of cases, this one among them.' }),
    preferences: z.object({
      email: z.string().nullable(),
      language: Language,
      preferences: Preferences,
      webhook: z.object({ url: z.string() }).nullable(),
    }),
    emailConfirmed: z.boolean().meta({
      description:
        'Whether the code of a mail to that address was given back; before, nothing else goes there.',
    }),
    emailProblem: Words.nullable().meta({
      description: 'Why nothing can be sent to that address: no mail server is set up here. Null if it can.',
    }),
    webhookOffSince: z.string().nullable().meta({
      description:
        'When the receiver said that it is gone (410): nothing is called until the address is set again.',
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
  return [readRoute(deps), preferencesRoute(deps), codeRoute(deps), confirmRoute(deps)]
}

function readRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/me',
    tag: 'me',
    summary: { zh: '我的身份与偏好', en: 'Who I am, and my preferences' },
    answer: { status: 200, schema: MeView },
    async handle({ caller }) {
      return { body: view(deps, caller, await deps.models.people.findById(caller.user).lean()) }
    },
  })
}

function preferencesRoute(deps: Dependencies): Route {
  return route({
    method: 'put',
    path: '/me/preferences',
    tag: 'me',
    summary: { zh: '设置通知方式', en: 'Choose how to be told' },
    body: preferencesSchema(deps.allowPrivateAddresses),
    answer: { status: 200, schema: PreferencesAnswer },
    errors: ['too-many-confirmations'],
    async handle({ body, caller }) {
      const secret = `whsec_${randomBytes(32).toString('base64')}`
      const webhook = body.webhook && { ...body.webhook, secret, goneAt: null }
      const { user } = caller
      const known = await deps.models.people.findById(user).lean()
      // Where no mail can be sent the answer says so; once it can, its owner has a code sent.
      const address = deps.sendsMail ? newAddressIn(body.email, known) : null
      if (address !== null) await refuseTooOften(deps, user, address)
      const saved = await savePreferences(deps, caller, { ...body, webhook })
      if (address !== null) await askToConfirm(deps.models, { user, address }, deps.now())
      return {
        body: {
          ...view(deps, caller, saved),
          webhookSecret: saved.webhook?.secret === secret ? secret : null,
        },
      }
    },
  })
}

/** The address that is to be confirmed, where a person names one that is not theirs yet; else null. */
function newAddressIn(email: string | null, known: PersonRecord | null): string | null {
  return email === known?.email || email === known?.newEmail?.address ? null : email
}

/** Refuses where too many codes were sent already, before anything is changed or anybody is written to. */
async function refuseTooOften({ models, now }: Dependencies, user: string, address: string): Promise<void> {
  if (await isAskedTooOften(models, { user, address }, now()))
    throw new RefusalError({ code: 'too-many-confirmations', field: 'email' })
}

function codeRoute(deps: Dependencies): Route {
  const { models, now } = deps
  return route({
    method: 'post',
    path: '/me/email/code',
    tag: 'me',
    summary: { zh: '重新发送邮箱确认码', en: 'Have the code sent again to my new address' },
    answer: { status: 200, schema: MeView },
    errors: ['not-found', 'no-mail', 'too-many-confirmations'],
    async handle({ caller }) {
      const { user } = caller
      const person = await models.people.findById(user).lean()
      if (!person?.newEmail) throw new RefusalError({ code: 'not-found' })
      if (!deps.sendsMail) throw new RefusalError({ code: 'no-mail', field: 'email' })
      const { address } = person.newEmail
      await refuseTooOften(deps, user, address)
      await askToConfirm(models, { user, address }, now())
      return { body: view(deps, caller, person) }
    },
  })
}

function confirmRoute(deps: Dependencies): Route {
  const { models, now } = deps
  return route({
    method: 'post',
    path: '/me/email/confirmation',
    tag: 'me',
    summary: { zh: '以确认码确认邮箱', en: 'Confirm my address by the code that was mailed to it' },
    body: z.strictObject({ code: z.string().min(1).max(40) }).meta({ id: 'Confirmation' }),
    answer: { status: 200, schema: MeView },
    errors: ['code-not-valid'],
    async handle({ body: { code }, caller }) {
      const good = { $elemMatch: { hash: hashOfCode(code), until: { $gte: new Date(now()) } } }
      const confirmed = await models.people
        .findOneAndUpdate(
          { _id: caller.user, 'newEmail.codes': good },
          [{ $set: { email: '$newEmail.address', newEmail: literal(null) } }],
          { returnDocument: 'after', updatePipeline: true },
        )
        .lean()
      if (!confirmed) throw new RefusalError({ code: 'code-not-valid', field: 'code' })
      return { body: view(deps, caller, confirmed) }
    },
  })
}

type Chosen = Pick<PersonRecord, 'email' | 'language' | 'preferences' | 'webhook'>

/** Writes in one step, so that of two calls with the same new address one sets the secret and both keep it. */
async function savePreferences(
  { models }: Dependencies,
  { user }: Actor,
  { email, webhook, ...chosen }: Chosen,
): Promise<PersonRecord> {
  await ensurePerson(models, user)
  const isSame = { $eq: ['$webhook.url', literal(webhook?.url ?? null)] }
  const set = {
    ...Object.fromEntries(Object.entries(chosen).map(([name, value]) => [name, literal(value)])),
    ...addressesWith(email),
    // Whoever sets an address that was gone has it called again.
    webhook: webhook
      ? { $cond: [isSame, { $mergeObjects: ['$webhook', literal({ goneAt: null })] }, literal(webhook)] }
      : literal(null),
  }
  return models.people
    .findOneAndUpdate({ _id: user }, [{ $set: set }], { returnDocument: 'after', updatePipeline: true })
    .lean()
    .orFail()
}

/** An address that is not the confirmed one takes its place at once, and waits to be confirmed. */
function addressesWith(email: string | null) {
  if (email === null) return { email: literal(null), newEmail: literal(null) }
  const isConfirmed = { $eq: ['$email', literal(email)] }
  const isAsked = { $eq: ['$newEmail.address', literal(email)] }
  const fresh = { $cond: [isAsked, '$newEmail', literal({ address: email, codes: [] })] }
  return {
    email: { $cond: [isConfirmed, '$email', literal(null)] },
    newEmail: { $cond: [isConfirmed, literal(null), fresh] },
  }
}

/** What people write may begin with a dollar, which would be the name of a field. */
function literal(value: unknown) {
  return { $literal: value }
}

function view({ now, sendsMail }: Dependencies, caller: Actor, person: PersonRecord | null) {
  const { email, newEmail, language, preferences, webhook } = person ?? defaultPreferences
  const address = newEmail?.address ?? email
  const { user, role, district = null, uscc = null } = caller
  const live = person?.capacities.filter((each) => isLive(each, now())) ?? []
  return {
    user,
    role,
    district,
    uscc,
    capacities: live.map(({ seenAt, ...each }) => ({
      role: each.role,
      district: each.district,
      uscc: each.uscc,
      seenAt: seenAt.toISOString(),
    })),
    preferences: {
      email: address,
      language,
      preferences: preferences,
      webhook: webhook && { url: webhook.url },
    },
    emailConfirmed: email !== null,
    emailProblem: address === null || sendsMail ? null : wordsOf({ code: 'no-mail' }),
    webhookOffSince: webhook?.goneAt?.toISOString() ?? null,
    calendarFeed: typeof person?.feed === 'string',
  }
}

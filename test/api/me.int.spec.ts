import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { createHttp } from '../support/http.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, competitor, verifier } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
})
afterAll(() => zhigai.stop())

const recordOf = ({ user }: Pick<Actor, 'user'>) => zhigai.models.people.findById(user).lean()

/** Waits until the record says so: a person is remembered after their answer. */
const remembered = (actor: Pick<Actor, 'user'>, expected: object) =>
  vi.waitFor(async () => expect(await recordOf(actor)).toMatchObject(expected), { timeout: 20_000 })

const chosen = {
  email: 'wang@example.com',
  language: 'en',
  preferences: { inbox: 'all', email: 'required', webhook: 'all' },
  webhook: { url: 'https://hooks.example.com/zhigai?key=1' },
}

type Me = { webhookSecret?: string | null; preferences: object; code?: string; field?: string }
const choose = (person: Actor, more: object = {}) =>
  zhigai.as(person).put<Me>('/me/preferences', { ...chosen, ...more })

/** A door that is opened at a time of its own, with nobody in mind. */
async function listenerAt(clock: { now: number }, more: object = {}) {
  const listener = await listen({ ...zhigai.deps, now: () => clock.now, ...more })
  return { ...createHttp(listener.origin, zhigai.issuer), close: listener.close }
}

describe('whoever comes', () => {
  it.each(Object.entries(people))('is remembered: %s', async (_name, actor) => {
    await zhigai.as(actor).get('/inbox')
    const { user, role } = actor
    await remembered(actor, {
      _id: user,
      capacities: [
        {
          role,
          district: 'district' in actor ? actor.district : null,
          uscc: 'uscc' in actor ? actor.uscc : null,
          issuedAt: expect.any(Date),
          seenAt: expect.any(Date),
          ended: false,
        },
      ],
      email: null,
      newEmail: null,
      language: 'both',
      preferences: { inbox: 'all', email: 'all', webhook: 'all' },
      webhook: null,
      feed: null,
    })
  })

  it('without a token, or with a bad one, is not', async () => {
    const before = await zhigai.models.people.countDocuments()
    await zhigai.as(null).get('/library')
    await zhigai.as(null).get('/me')
    await zhigai.as(null).get('/me', { headers: { authorization: 'Bearer nonsense' } })
    await zhigai.as({ user: 'marker', role: 'municipal' }).get('/me')
    await remembered({ user: 'marker' }, {})
    expect(await zhigai.models.people.countDocuments()).toBe(before + 1)
  })

  it('is written once in ten minutes, and at once when they hold another office', async () => {
    const clock = { now: Date.parse('2021-04-01T01:00:00Z') }
    const listener = await listenerAt(clock)
    const officer = { user: 'mover', role: 'district', district: '渝北区' }
    const seen = async () =>
      (await recordOf(officer))?.capacities
        .filter(({ ended }) => !ended)
        .map(({ district, seenAt }) => [district, seenAt.getTime()])
    const begin = clock.now
    await listener.as(officer).get('/inbox')
    expect(await seen()).toEqual([['渝北区', begin]])
    clock.now += 9 * 60_000
    await listener.as(officer).get('/inbox')
    expect(await seen()).toEqual([['渝北区', begin]])
    await listener.as({ ...officer, district: '江北区' }).get('/inbox')
    expect(await seen()).toEqual([['江北区', clock.now]])
    clock.now += 10 * 60_000
    await listener.as({ ...officer, district: '江北区' }).get('/inbox')
    expect(await seen()).toEqual([['江北区', clock.now]])
    await listener.close()
  })

  it('keeps what they chose', async () => {
    const person = { user: 'chooser', role: 'district', district: '渝北区' }
    await choose(person)
    await zhigai.as({ ...person, district: '江北区' }).get('/inbox')
    await remembered(person, {
      language: 'en',
      preferences: chosen.preferences,
      newEmail: { address: chosen.email },
      webhook: expect.objectContaining(chosen.webhook),
    })
  })

  it('is answered all the same if they cannot be remembered, and is at the next request', async () => {
    const { db } = zhigai.models.connection
    const person = { user: 'unlucky', role: 'municipal' }
    const lines: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
    const listener = await listenerAt({ now: Date.now() }, { logger })
    await db?.command({ collMod: 'people', validator: { _id: { $ne: person.user } } })
    expect((await listener.as(person).get('/inbox')).status).toBe(200)
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 20_000 })
    expect(lines.join()).toContain('a person was not remembered')
    expect(lines.join()).not.toContain(person.user)
    await db?.command({ collMod: 'people', validator: {} })
    expect((await listener.as(person).get('/inbox')).status).toBe(200)
    await remembered(person, { capacities: [expect.objectContaining({ role: 'municipal' })] })
    await listener.close()
  })
})

describe('/me', () => {
  it('says who the caller is, and what holds if they chose nothing', async () => {
    const { status, body } = await zhigai.as({ ...verifier, user: 'newcomer' }).get('/me')
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        user: 'newcomer',
        role: 'district',
        district: '渝北区',
        uscc: null,
        capacities: [{ role: 'district', district: '渝北区', uscc: null, seenAt: expect.any(String) }],
        preferences: {
          email: null,
          language: 'both',
          preferences: { inbox: 'all', email: 'all', webhook: 'all' },
          webhook: null,
        },
        emailConfirmed: false,
        emailProblem: null,
        webhookOffSince: null,
        calendarFeed: false,
      },
    })
  })

  it('says what they chose, which may be sent as it is', async () => {
    const put = await choose(clerk)
    expect(put.status).toBe(200)
    const { body } = await zhigai.as(clerk).get<Me>('/me')
    expect(body).toMatchObject({ user: clerk.user, uscc: clerk.uscc, preferences: chosen })
    expect({ ...body, webhookSecret: put.body.webhookSecret }).toEqual(put.body)
    expect((await zhigai.as(clerk).put<Me>('/me/preferences', body.preferences)).body).toEqual({
      ...body,
      webhookSecret: null,
    })
    expect((await zhigai.as(competitor).get<Me>('/me')).body.preferences).toMatchObject({ email: null })
  })

  it('keeps a text that begins with a dollar as it is', async () => {
    const url = 'https://hooks.example.com/$webhook.secret'
    const { body } = await choose({ ...clerk, user: '$user' }, { webhook: { url } })
    expect(body).toMatchObject({ user: '$user', preferences: { webhook: { url } } })
  })

  it('needs a token', async () => {
    for (const call of ['get', 'delete'] as const)
      expect((await zhigai.as(null)[call](call === 'get' ? '/me' : '/me/calendar-feed')).status).toBe(401)
    expect((await zhigai.as(null).put('/me/preferences', chosen)).status).toBe(401)
    expect((await zhigai.as(null).post('/me/calendar-feed', {})).status).toBe(401)
  })
})

describe('without a mail server', () => {
  it('whoever names an address is told in both languages that nothing can be sent, and nothing is sent later', async () => {
    const listener = await listenerAt({ now: Date.parse('2021-04-01T01:00:00Z') }, { sendsMail: false })
    const person = { ...verifier, user: 'unreachable' }
    const codes = () => zhigai.models.messages.countDocuments({ recipient: person.user })
    const said = {
      zh: expect.stringContaining('未设置邮件服务'),
      en: expect.stringContaining('No mail server'),
    }
    expect((await listener.as(person).get('/me')).body).toMatchObject({ emailProblem: null })
    const told = { emailConfirmed: false, emailProblem: said }
    const named = await listener
      .as(person)
      .put('/me/preferences', { ...chosen, email: 'nowhere@example.org' })
    expect(named).toMatchObject({ status: 200, body: told })
    expect((await listener.as(person).get('/me')).body).toMatchObject(told)
    const asked = await listener.as(person).post('/me/email/code', {})
    expect(asked).toMatchObject({ status: 409, body: { code: 'no-mail', field: 'email', ...said } })
    expect(await codes()).toBe(0)
    await listener.close()
    // The mail server is there by now.
    expect((await zhigai.as(person).get('/me')).body).toMatchObject({ emailProblem: null })
    expect(await zhigai.as(person).post('/me/email/code', {})).toMatchObject({ status: 200 })
    expect(await codes()).toBe(1)
  })
})

describe("a webhook's secret", () => {
  const person = { user: 'hooked', role: 'municipal' }
  const secretAfter = async (webhook: object | null) =>
    (await choose(person, { email: null, webhook })).body.webhookSecret
  const kept = async () => (await recordOf(person))?.webhook?.secret

  it('is made when the address is set or changed, told once, and kept while it stays', async () => {
    const first = await secretAfter(chosen.webhook)
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(await secretAfter(chosen.webhook)).toBeNull()
    expect(await kept()).toBe(first)
    const second = await secretAfter({ url: 'https://hooks.example.com/other' })
    expect(second).toMatch(/^whsec_/)
    expect(second).not.toBe(first)
    expect(await kept()).toBe(second)
    expect(JSON.stringify((await zhigai.as(person).get('/me')).body)).not.toContain('whsec_')
    expect(await secretAfter(null)).toBeNull()
    expect(await kept()).toBeUndefined()
    expect(await secretAfter({ url: 'https://hooks.example.com/other' })).not.toBe(second)
  })

  it('is told to one of several who set the same address at once', async () => {
    const webhook = { url: 'https://hooks.example.com/at-once' }
    const told = await Promise.all(Array.from({ length: 8 }, () => secretAfter(webhook)))
    expect(told.filter((secret) => typeof secret === 'string')).toEqual([await kept()])
  })
})

describe('preferences that are not what they must be are refused, and the field is named', () => {
  it.each([
    ['an unknown key', { colour: 'red' }, 'colour'],
    ['no e-mail address', { email: 'wang' }, 'email'],
    ['a line break in it', { email: 'wang@example.com\nBcc: all@example.com' }, 'email'],
    ['a control character in it', { email: 'wa\u0007ng@example.com' }, 'email'],
    ['a very long one', { email: `${'w'.repeat(250)}@example.com` }, 'email'],
    ['no e-mail address at all', { email: undefined }, 'email'],
    ['a language that we do not write', { language: 'fr' }, 'language'],
    [
      'an inbox turned off',
      { preferences: { ...chosen.preferences, inbox: 'required' } },
      'preferences.inbox',
    ],
    [
      'what the law needs turned off',
      { preferences: { ...chosen.preferences, email: 'none' } },
      'preferences.email',
    ],
    ['no wish for a channel', { preferences: { email: 'all' } }, 'preferences.webhook'],
    ['an unknown channel', { preferences: { ...chosen.preferences, fax: 'all' } }, 'preferences.fax'],
    ['a secret of their own', { webhook: { ...chosen.webhook, secret: 'x' } }, 'webhook.secret'],
    ['no address', { webhook: { url: 'hooks' } }, 'webhook.url'],
    ['an address without TLS', { webhook: { url: 'http://hooks.example.com' } }, 'webhook.url'],
    ['another protocol', { webhook: { url: 'file:///etc/passwd' } }, 'webhook.url'],
    ['a password in it', { webhook: { url: 'https://u:p@hooks.example.com' } }, 'webhook.url'],
    ['a user in it', { webhook: { url: 'https://u@hooks.example.com' } }, 'webhook.url'],
    ['a line break in it', { webhook: { url: 'https://hooks.example.com/\nx' } }, 'webhook.url'],
    ['a very long one', { webhook: { url: `https://hooks.example.com/${'x'.repeat(500)}` } }, 'webhook.url'],
  ])('%s', async (_what, more, field) => {
    const { status, headers, body } = await choose({ ...clerk, user: 'careless' }, more)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect({ status, code: body.code, field: body.field }).toEqual({
      status: 422,
      code: 'invalid-request',
      field,
    })
    expect((await recordOf({ user: 'careless' }))?.email ?? null).toBeNull()
  })

  it('but an address without TLS is allowed where addresses of this network are', async () => {
    const listener = await listenerAt({ now: Date.now() }, { allowPrivateAddresses: true })
    const webhook = { url: 'http://127.0.0.1:9000/hook' }
    const { status } = await listener.as(clerk).put('/me/preferences', { ...chosen, webhook })
    expect(status).toBe(200)
    const { body } = await listener
      .as(clerk)
      .put('/me/preferences', { ...chosen, webhook: { url: 'ftp://127.0.0.1' } })
    expect(body['field']).toBe('webhook.url')
    await listener.close()
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRecorder } from '../../models/recorder.ts'
import { createMailer } from '../../delivery/channels/email/email.ts'
import { createDispatcher } from '../../delivery/dispatcher.ts'
import { createWebhookChannel } from '../../delivery/channels/webhook/webhook.ts'
import type { Actor } from '../../policy/case/case.ts'
import { audiencesOf } from '../../policy/notices/notice.ts'
import { chongqing, people } from '../fixtures.ts'
import { at } from '../delivery/fixture.ts'
import { aNotice } from '../support/a-notice.ts'
import { startReceiver, type Receiver } from '../delivery/receiver.ts'
import { file, register } from '../support/cases.ts'
import { createHttp } from '../support/http.ts'
import { startMailServer, type Arrived } from '../support/mail-server.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const minute = 60_000
const hour = 60 * minute
const clock = { now: at('2021-04-01T09:00') }

let zhigai: Zhigai
let server: Awaited<ReturnType<typeof startMailServer>>
let receiver: Receiver
let dispatcher: ReturnType<typeof createDispatcher>
let listener: ReturnType<typeof createHttp> & { close: () => Promise<void> }
let project: string
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  project = (await file(zhigai)).id
  server = await startMailServer()
  receiver = await startReceiver()
  const { deps, issuer, models } = zhigai
  const opened = await listen({ ...deps, allowPrivateAddresses: true, now: () => clock.now })
  listener = { ...createHttp(opened.origin, issuer), close: opened.close }
  dispatcher = createDispatcher({
    models,
    channels: {
      email: createMailer(server.url, 'zhigai@example.org'),
      webhook: createWebhookChannel({ toPrivate: true }),
    },
    now: () => clock.now,
    logger: deps.logger,
  })
})
afterAll(async () => {
  await dispatcher.stop()
  await Promise.all([server.stop(), receiver.stop(), listener.close()])
  await zhigai.stop()
})
beforeEach(async () => {
  await Promise.all([zhigai.models.messages.deleteMany({}), zhigai.models.notices.deleteMany({})])
  clock.now = at('2021-04-01T09:00')
  receiver.calls.length = 0
  await server.arrived()
})

type Me = {
  preferences: { email: string | null; webhook: { url: string } | null }
  emailConfirmed: boolean
  webhookOffSince: string | null
  webhookSecret?: string | null
  code?: string
  field?: string
}

let serial = 0

/** An officer of their own for each test, who has just been here. */
async function anOfficer(): Promise<Actor> {
  serial += 1
  const officer = { user: `wang-${serial}`, role: 'district', district: '渝北区' }
  await listener.as(officer).get('/me')
  const known = { _id: officer.user, capacities: { $size: 1 } }
  await vi.waitFor(() => zhigai.models.people.findOne(known).orFail(), { timeout: 20_000 })
  return officer
}

type Chosen = { email?: string | null; webhook?: { url: string } | null }

const choose = (person: Actor, chosen: Chosen) =>
  listener.as(person).put<Me>('/me/preferences', {
    email: null,
    language: 'both',
    preferences: { email: 'all', webhook: 'all' },
    webhook: null,
    ...chosen,
  })
const confirm = (person: Actor, code: string) =>
  listener.as(person).post<Me>('/me/email/confirmation', { code })
const askAgain = (person: Actor) => listener.as(person).post<Me>('/me/email/code', {})
const me = async (person: Actor) => (await listener.as(person).get<Me>('/me')).body
const notValid = { status: 422, body: { code: 'code-not-valid', field: 'code' } }
const tooMany = { status: 429, body: { code: 'too-many-confirmations', field: 'email' } }

/** Sends whatever waits, and answers with the mails that arrived. */
async function delivered(): Promise<Arrived[]> {
  while ((await dispatcher.deliverDue()) > 0);
  return server.arrived()
}

const recipientsOf = (mails: Arrived[]) => mails.map(({ to }) => to.join())
const codeIn = (mail: Arrived | undefined) =>
  /确认码：([\dA-Z-]+)/.exec(mail?.mail.text ?? '')?.[1] ?? expect.fail('there is no code')

/** Has a person name an address, and answers with the code that was sent there. */
async function codeFor(person: Actor, email: string): Promise<string> {
  expect(await choose(person, { email })).toMatchObject({ status: 200 })
  const mails = await delivered()
  expect(recipientsOf(mails)).toEqual([email])
  return codeIn(mails[0])
}

/** Has a person told of a task that they have in hand, on every way that they can be reached. */
async function tell({ user }: Actor): Promise<void> {
  serial += 1
  const scope = { district: '渝北区', uscc: people.clerk.uscc }
  const notices = [aNotice({ user, entry: serial })]
  const audiences = audiencesOf(chongqing.edition, scope, notices)
  const told = { project, scope, revision: 3, audiences, notices }
  await createRecorder(zhigai.models).notify({ ...told, at: new Date(clock.now).toISOString() })
}

describe('a new address', () => {
  it('is sent a code and nothing else, until the code is given back', async () => {
    const wang = await anOfficer()
    const email = 'wang@example.org'
    const chosen = await choose(wang, { email })
    expect(chosen).toMatchObject({ status: 200, body: { preferences: { email }, emailConfirmed: false } })
    await tell(wang)
    const [mail, ...others] = await delivered()
    expect(others).toEqual([])
    expect(mail?.to).toEqual([email])
    expect(mail?.mail.subject).toBe('【智改】请确认接收通知的邮箱')
    expect(`${mail?.mail.text}${String(mail?.mail.html)}`).not.toMatch(/http|wang|数字化改造/)
    const code = codeIn(mail)
    const kept = await zhigai.models.people.findById(wang.user).lean()
    expect(JSON.stringify(kept)).not.toContain(code)
    expect(await confirm(wang, code)).toMatchObject({
      status: 200,
      body: { preferences: { email }, emailConfirmed: true },
    })
    await tell(wang)
    expect((await delivered()).map(({ to, mail: { subject } }) => [to.join(), subject])).toEqual([
      [email, `【智改】新待办：区县核实（${project}）`],
    ])
    expect(await confirm(wang, code)).toMatchObject(notValid)
    expect(await me(wang)).toMatchObject({ emailConfirmed: true })
  })

  it('is sent its code at night, too, and nothing else', async () => {
    const wang = await anOfficer()
    clock.now = at('2021-04-01T23:00')
    await tell(wang)
    expect(await confirm(wang, await codeFor(wang, 'night@example.org'))).toMatchObject({ status: 200 })
  })

  it('takes the place of the one of before at once: nothing more goes there', async () => {
    const wang = await anOfficer()
    await confirm(wang, await codeFor(wang, 'old@example.org'))
    const code = await codeFor(wang, 'new@example.org')
    await tell(wang)
    expect(await delivered()).toEqual([])
    await confirm(wang, code)
    await tell(wang)
    expect(recipientsOf(await delivered())).toEqual(['new@example.org'])
    expect(await choose(wang, { email: null })).toMatchObject({ body: { emailConfirmed: false } })
    await tell(wang)
    expect(await delivered()).toEqual([])
  })

  it('that was taken back before the mail has gone is sent nothing', async () => {
    const wang = await anOfficer()
    await choose(wang, { email: 'mistyped@example.org' })
    await choose(wang, { email: null })
    expect(await delivered()).toEqual([])
    expect(await askAgain(wang)).toMatchObject({ status: 404 })
  })
})

describe('a code', () => {
  it.each<[string, (code: string) => string]>([
    ['small letters', (code) => code.toLowerCase()],
    ['no hyphens', (code) => code.replaceAll('-', '')],
    ['spaces', (code) => ` ${code.replaceAll('-', ' ')} `],
    [
      'wide letters',
      (code) =>
        code.replaceAll(/[\dA-Z]/g, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)),
    ],
  ])('may be typed with %s', async (_, typed) => {
    const wang = await anOfficer()
    const code = await codeFor(wang, 'typed@example.org')
    expect(await confirm(wang, typed(code))).toMatchObject({ status: 200, body: { emailConfirmed: true } })
  })

  it.each(['0000-0000-0000-0000', 'x', '确认码', '$newEmail'])(
    'that is another is none: %s',
    async (wrong) => {
      const wang = await anOfficer()
      const code = await codeFor(wang, 'wrong@example.org')
      expect(await confirm(wang, wrong)).toMatchObject(notValid)
      expect(await me(wang)).toMatchObject({ emailConfirmed: false })
      expect(await confirm(wang, code)).toMatchObject({ status: 200 })
    },
  )

  it('of another person is none, also of one who names the same address', async () => {
    const [wang, qian] = [await anOfficer(), await anOfficer()]
    const code = await codeFor(wang, 'shared@example.org')
    await codeFor(qian, 'shared@example.org')
    expect(await confirm(qian, code)).toMatchObject(notValid)
    expect(await confirm(wang, code)).toMatchObject({ status: 200 })
    expect(await me(qian)).toMatchObject({ emailConfirmed: false })
  })

  it('of another address is none', async () => {
    const wang = await anOfficer()
    const code = await codeFor(wang, 'first@example.org')
    await codeFor(wang, 'second@example.org')
    expect(await confirm(wang, code)).toMatchObject(notValid)
  })

  it('is good for a day; another is sent when it is asked for', async () => {
    const wang = await anOfficer()
    const code = await codeFor(wang, 'late@example.org')
    clock.now += 24 * hour + minute
    expect(await confirm(wang, code)).toMatchObject(notValid)
    expect(await askAgain(wang)).toMatchObject({ status: 200, body: { emailConfirmed: false } })
    const [mail] = await delivered()
    expect(codeIn(mail)).not.toBe(code)
    expect(await confirm(wang, codeIn(mail))).toMatchObject({ status: 200 })
  })

  it('is sent again to who asks again, but not within ten minutes; the one of before stays good', async () => {
    const wang = await anOfficer()
    const code = await codeFor(wang, 'again@example.org')
    clock.now += 9 * minute
    expect(await askAgain(wang)).toMatchObject({ status: 200 })
    expect(await delivered()).toEqual([])
    clock.now += 2 * minute
    expect(await askAgain(wang)).toMatchObject({ status: 200 })
    expect(recipientsOf(await delivered())).toEqual(['again@example.org'])
    expect(await confirm(wang, code)).toMatchObject({ status: 200 })
  })
})

describe('what nobody can be made to receive', () => {
  it('is more than three codes a day to an address, whoever names it', async () => {
    const email = 'victim@example.org'
    for (let turn = 0; turn < 3; turn += 1) await codeFor(await anOfficer(), email)
    const fourth = await anOfficer()
    expect(await choose(fourth, { email })).toMatchObject(tooMany)
    expect(await choose(fourth, { email: email.toUpperCase() })).toMatchObject(tooMany)
    expect(await me(fourth)).toMatchObject({ preferences: { email: null } })
    expect(await delivered()).toEqual([])
    clock.now += 24 * hour
    await codeFor(fourth, email)
  })

  it('is more than three of several who name it at once', async () => {
    const officers = await Promise.all(Array.from({ length: 8 }, anOfficer))
    await Promise.all(officers.map((officer) => choose(officer, { email: 'crowd@example.org' })))
    expect(await delivered()).toHaveLength(3)
  })

  it('is more than five codes a day that one person asks for', async () => {
    const wang = await anOfficer()
    for (let turn = 0; turn < 5; turn += 1) await codeFor(wang, `stranger-${turn}@example.org`)
    expect(await choose(wang, { email: 'stranger-6@example.org' })).toMatchObject(tooMany)
    expect(await askAgain(wang)).toMatchObject(tooMany)
    expect(await delivered()).toEqual([])
    expect(await me(wang)).toMatchObject({ preferences: { email: 'stranger-4@example.org' } })
  })
})

describe('a webhook whose receiver is gone (410)', () => {
  it('is off, as its owner can see, until it is set again', async () => {
    const wang = await anOfficer()
    const webhook = { url: receiver.url }
    expect((await choose(wang, { webhook })).body.webhookSecret).toMatch(/^whsec_/)
    expect(await me(wang)).toMatchObject({ preferences: { webhook }, webhookOffSince: null })
    receiver.answers.push({ status: 410 })
    await tell(wang)
    await delivered()
    const since = new Date(clock.now).toISOString()
    clock.now += hour
    await tell(wang)
    await delivered()
    expect(receiver.calls).toHaveLength(1)
    expect(await me(wang)).toMatchObject({ preferences: { webhook }, webhookOffSince: since })
    expect((await choose(wang, { webhook })).body).toMatchObject({
      webhookOffSince: null,
      webhookSecret: null,
    })
    await tell(wang)
    await delivered()
    expect(receiver.calls).toHaveLength(2)
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDispatcher } from '../../delivery/dispatcher.ts'
import { createMailer } from '../../delivery/channels/email/email.ts'
import type { Actor } from '../../policy/case/case.ts'
import { nextMorningsDigest } from '../../policy/time/quiet-hours.ts'
import { anEnterprise, people } from '../fixtures.ts'
import { aFreshBody, file, register, walk } from '../support/cases.ts'
import type { Page, ProjectBody } from '../support/http.ts'
import { startMailServer } from '../support/mail-server.ts'
import { aTask } from '../support/notices.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, competitor, reviewer } = people
const pause = () => new Promise((resolve) => setTimeout(resolve, 1_100))

let zhigai: Zhigai
let server: Awaited<ReturnType<typeof startMailServer>>
let dispatcher: ReturnType<typeof createDispatcher>
beforeAll(async () => {
  zhigai = await startZhigai()
  server = await startMailServer()
  const { models } = zhigai
  dispatcher = createDispatcher({
    models,
    channels: { email: createMailer(server.url, 'zhigai@example.org'), webhook: null },
    // It is morning, whenever this runs.
    now: () => nextMorningsDigest(Date.now()) + 3_600_000,
    logger: zhigai.deps.logger,
  })
  await register(zhigai)
  await register(zhigai, { ...anEnterprise(), uscc: competitor.uscc, name: '重庆演示轴承有限公司' })
})
afterAll(async () => {
  await dispatcher.stop()
  await server.stop()
  await zhigai.stop()
})

/** Takes in hand whatever waits. */
async function deliver(): Promise<void> {
  while ((await dispatcher.deliverDue()) > 0);
}

/** What somebody has been told of a case, as their inbox shows it to them now. */
async function toldOf(project: Pick<ProjectBody, 'id'>, person: Actor): Promise<string[]> {
  const { body } = await zhigai
    .as(person)
    .get<Page<{ id: string; kind: string; project: { id: string } }>>('/inbox?limit=100')
  return body.items.filter((item) => item.project.id === project.id).map(({ kind }) => kind)
}

let serial = 0
/** Two officers of a district of their own, who have been here; the first has the task in hand. */
async function inHand(): Promise<{ project: ProjectBody; wang: Actor; qian: Actor }> {
  serial += 1
  const officer = (name: string) => ({ user: `${name}-${serial}`, role: 'district', district: '渝北区' })
  const [wang, qian] = [officer('wang'), officer('qian')]
  await zhigai.as(wang).get('/me')
  await zhigai.as(qian).get('/me')
  const project = await walk(zhigai, await file(zhigai, aFreshBody()), [
    [clerk, 'completeAssessment'],
    [clerk, 'submit'],
    [wang, 'claim'],
  ])
  return { project, wang, qian }
}

async function urge({ id }: ProjectBody): Promise<void> {
  const { status } = await zhigai.as(reviewer).event(id, { type: 'urge', note: '请尽快' })
  expect(status).toBe(200)
  await vi.waitFor(
    async () =>
      expect(await zhigai.models.notices.countDocuments({ project: id, kind: 'urge' })).toBeGreaterThan(0),
    { timeout: 20_000 },
  )
  await deliver()
}

describe('who has claimed a case', () => {
  beforeEach(() => zhigai.models.people.deleteMany({}))

  it('is told alone while they hold the role there', async () => {
    const { project, wang, qian } = await inHand()
    await urge(project)
    expect(await toldOf(project, wang)).toEqual(['urge'])
    expect(await toldOf(project, qian)).toEqual([])
  })

  it.each<[string, Omit<Actor, 'user'>]>([
    ['another district', { role: 'district', district: '江北区' }],
    ['another office, which sees the case', { role: 'municipal' }],
    ['the platform', { role: 'auditor' }],
    ['an enterprise', { role: 'enterprise', uscc: clerk.uscc }],
  ])('is not, once they belong to %s: their colleagues are', async (_what, office) => {
    const { project, wang, qian } = await inHand()
    await pause()
    const moved = { user: wang.user, ...office }
    await zhigai.as(moved).get('/me')
    await urge(project)
    expect(await toldOf(project, moved)).toEqual([])
    expect(await toldOf(project, qian)).toEqual(['urge'])
    const lines = await zhigai.models.notices.find({ project: project.id, kind: 'urge' }).lean()
    expect(lines.map(({ recipient }) => recipient)).not.toContain(wang.user)
    // A window that is still open with the old token gives nothing back.
    await zhigai.as(wang).get('/me')
    expect((await zhigai.as(moved).get<{ capacities: object[] }>('/me')).body.capacities).toMatchObject([
      office,
    ])
  })

  it('and has moved while the notice waited is not told any more: their colleagues are', async () => {
    const { project, wang, qian } = await inHand()
    await zhigai.as(reviewer).event(project.id, { type: 'urge', note: '请尽快' })
    await vi.waitFor(
      async () =>
        expect(
          await zhigai.models.notices.countDocuments({ project: project.id, recipient: wang.user }),
        ).toBe(1),
      { timeout: 20_000 },
    )
    await pause()
    await zhigai.as({ ...wang, district: '江北区' }).get('/me')
    await deliver()
    expect(await toldOf(project, qian)).toEqual(['urge'])
    expect(
      await zhigai.models.notices.countDocuments({
        project: project.id,
        recipient: wang.user,
        status: 'withdrawn',
      }),
    ).toBe(1)
  })
})

describe('an inbox', () => {
  it('is that of an office: the same person has another one in another', async () => {
    const { project, wang } = await inHand()
    await urge(project)
    const { body } = await zhigai.as(wang).get<Page<{ id: string }>>('/inbox?limit=1')
    const path = `/inbox/${encodeURIComponent(body.items[0]?.id ?? '')}/opened`
    for (const other of [
      { ...wang, district: '江北区' },
      { user: wang.user, role: 'municipal' },
      { user: wang.user, role: 'enterprise', uscc: competitor.uscc },
      { user: wang.user, role: 'administrator' },
    ]) {
      expect((await zhigai.as(other).get<Page>('/inbox')).body.items).toEqual([])
      expect((await zhigai.as(other).post(path, {})).status).toBe(404)
    }
    expect((await zhigai.as(wang).post(path, {})).status).toBe(200)
  })

  it('of a body has what its officers were told, also for who comes later', async () => {
    await zhigai.models.people.deleteMany({})
    const first = { user: 'first', role: 'district', district: '渝北区' }
    await zhigai.as(first).get('/me')
    const project = await walk(zhigai, await file(zhigai, aFreshBody()), [
      [clerk, 'completeAssessment'],
      [clerk, 'submit'],
    ])
    await urge(project)
    expect(await toldOf(project, first)).toEqual(['urge'])
    expect(await toldOf(project, { ...first, user: 'second' })).toEqual(['urge'])
  })
})

describe('who represents two enterprises', () => {
  it.each([
    ['one', false],
    ['other', true],
  ])(
    'is told of both and has the calendar of both, whichever they showed last: the %s',
    async (name, isTurned) => {
      const user = `agent-${name}`
      const tokens = [clerk, competitor].map(({ uscc }): Actor => ({ user, role: 'enterprise', uscc }))
      for (const token of isTurned ? tokens.toReversed() : tokens) await zhigai.as(token).get('/me')
      await zhigai.models.people.updateOne({ _id: user }, { $set: { email: 'agent@example.org' } })
      const mine = await Promise.all(
        tokens.map(async (token) => {
          const body = aFreshBody({ uscc: token.uscc })
          const project = await file(zhigai, body, token)
          await walk(zhigai, project, [[token, 'completeAssessment']])
          const done = await walk(zhigai, await read(project, token), [[token, 'submit']])
          return walk(zhigai, done, [
            [people.verifier, 'claim'],
            [people.verifier, 'return'],
          ])
        }),
      )
      await deliver()
      const mails = (await server.arrived()).filter(({ to }) => to.includes('agent@example.org'))
      for (const { application } of mine)
        expect(mails.some(({ mail }) => mail.text?.includes(String(application['name'])))).toBe(true)
      const feed = await zhigai.as(tokens[0] ?? null).post<{ url: string }>('/me/calendar-feed', {})
      const { body } = await zhigai.send<string>(new URL(feed.body.url).pathname)
      for (const { id } of mine) expect(body).toContain(`UID:${id}:correction`)
      for (const [index, token] of tokens.entries())
        expect(await Promise.all(mine.map(async (each) => (await toldOf(each, token)).length))).toEqual(
          mine.map((_each, at) => (at === index ? 1 : 0)),
        )
    },
  )
})

const read = async ({ id }: ProjectBody, by: Actor) => (await zhigai.as(by).read(id)).body

describe('somebody who has left', () => {
  const person = { user: 'gone', role: 'district', district: '大足区' }
  const remove = (by: Actor | null, user = person.user) =>
    zhigai.as(by).post(`/people/${user}/removal`, { reason: '调离' })

  it('is removed by an administrator alone, and that is kept', async () => {
    await zhigai.as(person).get('/me')
    for (const by of [auditor, reviewer, person, clerk]) expect((await remove(by)).status).toBe(403)
    expect((await remove(null)).status).toBe(401)
    expect((await remove(administrator, 'nobody-knows')).status).toBe(404)
    const { status, body } = await remove(administrator)
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        user: person.user,
        capacities: [
          { role: 'district', district: '大足区', uscc: null, seenAt: expect.any(String), live: false },
        ],
        removals: [{ by: administrator.user, at: expect.any(String), reason: '调离' }],
      },
    })
    const { body: list } = await zhigai.as(auditor).get<Page>(`/people?user=${person.user}`)
    expect(list.items).toEqual([body])
    expect((await zhigai.as(reviewer).get('/people')).status).toBe(403)
    expect(await zhigai.models.reads.countDocuments({ what: 'POST /people/{user}/removal' })).toBeGreaterThan(
      0,
    )
  })

  it('has no calendar and no address any more, also while their token is good; with a new one they are back', async () => {
    const another = { user: 'gone-too', role: 'district', district: '大足区' }
    await zhigai.models.tasks.insertMany([aTask({ district: '大足区' })])
    await zhigai.as(another).get('/me')
    const feed = async () => {
      const { body } = await zhigai.as(another).post<{ url: string }>('/me/calendar-feed', {})
      return (await zhigai.send(new URL(body.url).pathname)).status
    }
    expect(await feed()).toBe(200)
    await zhigai.models.people.updateOne({ _id: another.user }, { $set: { email: 'gone@example.org' } })
    await remove(administrator, another.user)
    expect(await zhigai.models.people.findById(another.user).lean()).toMatchObject({
      email: null,
      newEmail: null,
      webhook: null,
      feed: null,
    })
    expect(await feed()).toBe(404)
    await pause()
    // Tokens are kept by name here: this one is issued anew.
    await zhigai.as({ ...another, uscc: clerk.uscc }).get('/me')
    expect(await feed()).toBe(200)
  })

  it('and was not seen for long has no calendar', async () => {
    const late = { user: 'late', role: 'district', district: '渝北区' }
    const { body } = await zhigai.as(late).post<{ url: string }>('/me/calendar-feed', {})
    const path = new URL(body.url).pathname
    expect((await zhigai.send(path)).status).toBe(200)
    const seenAt = new Date(Date.now() - 46 * 86_400_000)
    await zhigai.models.people.updateOne({ _id: 'late' }, { $set: { 'capacities.0.seenAt': seenAt } })
    expect((await zhigai.send(path)).status).toBe(404)
  })
})

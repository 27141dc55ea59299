import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import { createHttp, type ProjectBody } from '../support/http.ts'
import { aTask } from '../support/notices.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, competitor, elsewhere, reviewer, verifier } = people

let zhigai: Zhigai
let project: ProjectBody
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  project = await file(zhigai)
})
afterAll(() => zhigai.stop())

/** Makes the address of somebody's calendar; answers with its path. */
async function subscribe(person: Actor): Promise<string> {
  const { status, body } = await zhigai.as(person).post<{ url: string }>('/me/calendar-feed', {})
  expect(status).toBe(201)
  expect(body.url).toMatch(/^https:\/\/zhigai\.example\/api\/v1\/feeds\/[\w-]{43}\.ics$/)
  return new URL(body.url).pathname
}

/** The events of a calendar as lists of lines, those that were folded put together. */
async function eventsOf(path: string): Promise<Record<string, string>[]> {
  const { status, body } = await zhigai.send<string>(path)
  expect(status).toBe(200)
  const [, ...events] = body.replaceAll('\r\n ', '').split('BEGIN:VEVENT\r\n')
  return events.map((event) =>
    Object.fromEntries(
      event
        .split('\r\n')
        .filter((line) => line.includes(':'))
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    ),
  )
}

const put = (...tasks: ReturnType<typeof aTask>[]) => zhigai.models.tasks.insertMany(tasks)
const uidsOf = async (path: string) => (await eventsOf(path)).map(({ UID }) => UID)
const uidOf = ({ _id }: { _id: string }) => `${_id}@zhigai`

describe('the calendar', () => {
  it('shows what is due as a day, in the language of its owner', async () => {
    await zhigai.models.tasks.deleteMany({})
    const task = aTask({ project: project.id })
    await put(task)
    const path = await subscribe(verifier)
    const answer = await zhigai.send<string>(path)
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    expect(answer.headers.get('cache-control')).toMatch(/^private/)
    expect(answer.body).toContain('X-WR-TIMEZONE:Asia/Shanghai')
    const name = String(project.application['name'])
    expect(await eventsOf(path)).toMatchObject([
      {
        UID: uidOf(task),
        'DTSTART;VALUE=DATE': '20210409',
        SUMMARY: `区县核实到期：${name}`,
        TRANSP: 'TRANSPARENT',
      },
    ])
    const preferences = { email: 'all', webhook: 'all' }
    await zhigai
      .as(verifier)
      .put('/me/preferences', { email: null, language: 'en', preferences, webhook: null })
    expect(await eventsOf(path)).toMatchObject([{ SUMMARY: `district verification due: ${name}` }])
  })

  it.each(['America/Los_Angeles', 'Asia/Shanghai', 'Pacific/Kiritimati'])(
    'shows the day of Shanghai and does not change, also on a server in %s',
    async (zone) => {
      const path = await subscribe(verifier)
      const before = (await zhigai.send<string>(path)).body
      const was = environment['TZ']
      environment['TZ'] = zone
      try {
        expect(new Date(0).toString()).not.toContain('GMT+0000')
        expect((await zhigai.send<string>(path)).body).toBe(before)
      } finally {
        if (was === undefined) delete environment['TZ']
        else environment['TZ'] = was
      }
    },
  )

  it('holds the open tasks of their role and place, soonest due first', async () => {
    await zhigai.models.tasks.deleteMany({})
    const own = { roles: ['enterprise', 'enterpriseAdmin'], task: 'correction' }
    const [late, soon, other, mine, theirs, all] = [
      aTask({ dueOn: '2021-05-01' }),
      aTask({ dueOn: '2021-04-01' }),
      aTask({ district: '江北区' }),
      aTask(own),
      aTask({ ...own, uscc: competitor.uscc }),
      aTask({ roles: ['municipal'], task: 'municipalReview' }),
    ]
    const done = aTask({ open: false, closedOn: '2021-03-30' })
    await put(late, soon, other, mine, theirs, all, done, aTask({ dueOn: null }))
    const seen = new Map<string, string[]>()
    for (const person of [verifier, elsewhere, clerk, competitor, reviewer, people.auditor])
      seen.set(person.user, (await uidsOf(await subscribe(person))).map(String))
    const uids = (...shown: (typeof late)[]) => shown.map(uidOf)
    expect(Object.fromEntries(seen)).toEqual({
      [verifier.user]: uids(soon, late),
      [elsewhere.user]: uids(other),
      [clerk.user]: uids(mine),
      [competitor.user]: uids(theirs),
      [reviewer.user]: uids(all),
      [people.auditor.user]: [],
    })
  })

  it('follows its owner to another district', async () => {
    const person = { user: 'mover', role: 'district', district: '长寿区' }
    const task = aTask({ district: '大足区' })
    await put(task)
    const path = await subscribe(person)
    expect(await uidsOf(path)).toEqual([])
    await zhigai.as({ ...person, district: '大足区' }).put('/me/preferences', {
      email: null,
      language: 'zh',
      preferences: { email: 'all', webhook: 'all' },
      webhook: null,
    })
    expect(await uidsOf(path)).toEqual([uidOf(task)])
  })

  it('stops at five hundred', async () => {
    const district = '南岸区'
    await put(
      ...Array.from({ length: 501 }, () => aTask({ district })),
      aTask({ district, dueOn: '2021-04-01' }),
    )
    const events = await eventsOf(await subscribe({ user: 'busy', role: 'district', district }))
    expect(events).toHaveLength(500)
    expect(events[0]?.['DTSTART;VALUE=DATE']).toBe('20210401')
  })

  it('writes a name so that it cannot become another line', async () => {
    const name = '甲;乙,丙\\丁'
    await zhigai.models.projects.updateOne(
      { _id: project.id },
      { $set: { 'state.case.application.name': `${name}\r\nUID:forged` } },
    )
    await zhigai.models.tasks.deleteMany({})
    await put(aTask({ project: project.id }))
    const [event] = await eventsOf(await subscribe(verifier))
    expect(event?.['SUMMARY']).toContain('甲\\;乙\\,丙\\\\丁')
    expect(event?.['UID']).not.toBe('forged')
  })
})

describe('its address', () => {
  it('is the only one: a new one voids the old one, and none is left when it is revoked', async () => {
    const calendarOf = async () => (await zhigai.as(clerk).get('/me')).body['calendarFeed']
    const first = await subscribe(clerk)
    const second = await subscribe(clerk)
    expect([await statusOf(first), await statusOf(second)]).toEqual([404, 200])
    expect(await calendarOf()).toBe(true)
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await zhigai.as(clerk).delete('/me/calendar-feed')
      expect({ status, body }).toEqual({ status: 200, body: { calendarFeed: false } })
    }
    expect(await statusOf(second)).toBe(404)
    expect(await calendarOf()).toBe(false)
  })

  it('is not kept: only what is made of it is', async () => {
    const path = await subscribe(clerk)
    const [secret = ''] = /[\w-]{43}/.exec(path) ?? []
    const person = await zhigai.models.people.findById(clerk.user).lean()
    expect(person?.feed).toMatch(/^[\da-f]{64}$/)
    expect(JSON.stringify(person)).not.toContain(secret)
    expect(await statusOf(`/api/v1/feeds/${person?.feed}.ics`)).toBe(404)
  })

  it.each(['x', 'A'.repeat(43), 'x'.repeat(5_000), 'null', '%00', '%7B%7D', '['])(
    'that nobody has is not found, whatever it is',
    async (secret) => {
      const { status, body } = await zhigai.send<Record<string, unknown>>(`/api/v1/feeds/${secret}.ics`)
      expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
        status: 404,
        code: 'not-found',
        detail: '没有找到，或不在您可见的范围内。',
      })
    },
  )

  it('is not in the log, however it is asked for; nor is who a notice went to', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
    const listener = await listen({ ...zhigai.deps, logger })
    const { send, as } = createHttp(listener.origin, zhigai.issuer)
    const path = await subscribe(clerk)
    const [secret = ''] = /[\w-]{43}/.exec(path) ?? []
    for (const asked of [
      path,
      path.toUpperCase(),
      `${path}/`,
      `${path}?x=${secret}`,
      path.replace('.ics', ''),
    ])
      await send(asked.replace(/[\w-]{43}/, secret))
    await send(path, { method: 'HEAD' })
    await send(path, { method: 'PUT' })
    await as(clerk).post(`/inbox/${encodeURIComponent('p-1/x/lin-the-clerk')}/opened`, {})
    await as(clerk).get('/library')
    await listener.close()
    expect(lines.filter((line) => /\/feeds\/…/i.test(line))).toHaveLength(7)
    expect(lines).toHaveLength(9)
    expect(lines.filter((line) => line.includes(secret) || line.includes('lin-the-clerk'))).toEqual([])
    expect((await zhigai.send<string>('/metrics')).body).not.toContain(secret)
  })
})

const statusOf = async (path: string) => (await zhigai.send(path)).status

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createCalendars, saveFirstCalendar } from '../../api/calendars/calendars.ts'
import { createRollouts } from '../../api/calendars/rollouts.ts'
import { calendarSource } from '../../server/editions.ts'
import { connectModels } from '../../models/index.ts'
import type { Actor } from '../../policy/case/case.ts'
import { cn, people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { openRecord } from '../support/record.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, verifier } = people
const yubei = encodeURIComponent('渝北区')

type Imported = { id: string; version: number; rollout: string; off: string[]; worked: string[] }
type Rollout = { total: number; done: number; moved: number; failed: number; finished: boolean }

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())
// What is still under way would go on beside the next test.
afterEach(() => vi.waitFor(expectQuiet, patience))

const patience = { timeout: 30_000, interval: 50 }
const expectQuiet = async () => expect(await zhigai.models.rollouts.exists({ finishedAt: null })).toBeNull()
const codeOf = (who: string, allowed: string[], status: number) => {
  if (who === 'nobody') return 401
  return allowed.includes(who) ? status : 403
}
const due = async (from: string, days: number) =>
  (await zhigai.as(null).get(`/calendar/due?from=${from}&workingDays=${days}`)).body
const progress = (id: string, version: number) =>
  zhigai.as(auditor).get<Rollout>(`/calendars/${id}/rollout?version=${version}`)

const put = <T = Imported>(id: string, body: unknown, { as = administrator, match = '' } = {}) =>
  zhigai.as(as).put<T>(`/calendars/${id}`, body, match ? { headers: { 'if-match': match } } : {})
const read = (path: string) => zhigai.as(auditor).get<Imported & Record<string, unknown>>(path)
const statusesOf = (answers: { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b)
const versionOf = async (id: string) => (await zhigai.deps.calendars.read(id))?.version ?? 0
/** The country as it is in force, with one more paper. */
const country = async (source: string, change: object = {}) => {
  const record = await zhigai.deps.calendars.read('cn')
  if (!record) throw new Error('there is no calendar')
  const { from, through, off, worked } = record
  return { from, through, off, worked, source, ...change }
}
const of2027 = { through: 2027, off: [...cn.off, '2027-01-01', '2027-02-08'], worked: cn.worked }

describe('the first calendar', () => {
  it('is kept once, however many processes begin at once, and changed by none that comes later', async () => {
    const { models, drop } = await openRecord()
    const uri = `mongodb://${models.connection.host}:${models.connection.port}/${models.connection.name}`
    const others = await Promise.all([1, 2, 3].map(() => connectModels(`${uri}?directConnection=true`)))
    try {
      const all = [models, ...others]
      await Promise.all(all.map((each) => saveFirstCalendar(each, cn, calendarSource)))
      await saveFirstCalendar(models, { ...cn, off: [] }, 'another')
      const found = await models.calendars.find().lean()
      expect(found).toMatchObject([{ _id: 'cn@1', version: 1, ...cn, source: calendarSource }])
      expect(await models.rollouts.countDocuments({ finishedAt: null })).toBe(0)
      expect(await createCalendars(models).of('渝北区')).toEqual({
        country: cn,
        local: { off: [], worked: [] },
        versions: { country: 1, local: 0 },
      })
    } finally {
      for (const { connection } of others) await connection.close()
      await drop()
    }
  })

  it('is told to everybody who has signed in', async () => {
    const { status, body } = await zhigai.as(clerk).get<Page>('/calendars')
    expect(status).toBe(200)
    expect(body.items[0]).toMatchObject({ id: 'cn', version: 1, from: 2017, through: 2026 })
    expect(await zhigai.as(clerk).get('/calendars/cn')).toMatchObject({ status: 200, body: cn })
  })
})

describe('who may', () => {
  const roles = Object.entries({ ...people, nobody: null }) as [string, Actor | null][]
  it.each(roles)('%s', async (who, actor) => {
    const listener = zhigai.as(actor)
    const faulty = { off: [], worked: [] }
    expect({
      list: (await listener.get('/calendars')).status,
      read: (await listener.get('/calendars/cn')).status,
      country: (await listener.put('/calendars/cn', faulty)).status,
      district: (await listener.put(`/calendars/${yubei}`, faulty)).status,
      rollout: (await listener.get('/calendars/cn/rollout')).status,
      due: (await listener.get('/calendar/due?from=2021-02-09&workingDays=5')).status,
    }).toEqual({
      list: who === 'nobody' ? 401 : 200,
      read: who === 'nobody' ? 401 : 200,
      country: codeOf(who, ['administrator'], 422),
      district: codeOf(who, ['administrator'], 422),
      rollout: codeOf(who, ['administrator', 'auditor'], 200),
      due: 200,
    })
  })
})

describe('what is refused', () => {
  const long = Array.from({ length: 401 }, () => '2025-03-07')
  const local = { off: ['2025-03-07'], worked: [], source: '文' }
  it.each([
    ['cn', { ...cn }, 'source'],
    ['cn', { ...cn, source: '文', colour: 'red' }, 'colour'],
    ['cn', { ...cn, source: '文', from: 1999 }, 'from'],
    ['cn', { ...cn, source: '文', through: 2200 }, 'through'],
    ['cn', { ...cn, source: '文', off: [...cn.off, '2026-13-01'] }, `off.${cn.off.length}`],
    ['cn', { ...cn, source: '文', off: cn.off.toReversed() }, 'off.1'],
    ['cn', { ...cn, source: '文', through: 2025 }, 'through'],
    ['cn', { ...cn, source: '文', through: 2027 }, 'off'],
    ['cn', { ...cn, source: '文', worked: ['2026-02-16'] }, 'worked.0'],
    [yubei, { ...local, from: 2020 }, 'from'],
    [yubei, { ...local, off: ['2025-03-08'] }, 'off.0'],
    [yubei, { ...local, worked: ['2025-03-10'] }, 'worked.0'],
    [yubei, { ...local, off: ['2027-03-05'] }, 'off.0'],
    [yubei, { ...local, off: long }, 'off'],
    [yubei, { ...local, source: ' ' }, 'source'],
    [encodeURIComponent('浦东新区'), local, 'id'],
  ])('%s: %#', async (id, body, field) => {
    const answer = await put<Record<string, unknown>>(id, body)
    expect([answer.status, answer.body]).toMatchObject([422, { code: 'invalid-request', field }])
    expect(await versionOf('cn')).toBe(1)
    expect(await versionOf('渝北区')).toBe(0)
  })

  it.each([
    '/calendars/none',
    '/calendars/cn?version=9',
    '/calendars/cn/rollout?version=9',
    '/calendars/none/rollout',
  ])('to look for what is not there: %s', async (path) => expect((await read(path)).status).toBe(404))

  it('a fault is told in both languages, with every other', async () => {
    const body = { ...local, off: ['2025-03-08', '2025-03-07'] }
    const answer = await put<{ issues: { field: string; zh: string; en: string }[] }>(yubei, body)
    expect(answer.body.issues).toEqual([
      { field: 'off.1', zh: expect.stringContaining('先后'), en: expect.stringContaining('order') },
      { field: 'off.0', zh: expect.stringContaining('周末'), en: expect.stringContaining('weekend') },
    ])
  })
})

describe('a version', () => {
  it('follows the one that was read, and no other', async () => {
    const next = await country('勘误')
    const before = await versionOf('cn')
    expect((await put('cn', next, { match: `W/"${before + 1}"` })).status).toBe(412)
    const kept = await put('cn', next, { match: `W/"${before}"` })
    expect(kept).toMatchObject({
      status: 201,
      body: { id: 'cn', version: before + 1, source: '勘误', rollout: `calendar/cn@${before + 1}` },
    })
    expect(kept.headers.get('etag')).toBe(`W/"${before + 1}"`)
    const late = await put<Record<string, unknown>>(
      'cn',
      { ...next, source: '迟到' },
      { match: `W/"${before}"` },
    )
    expect([late.status, late.body]).toMatchObject([412, { code: 'stale-revision', revision: before + 1 }])
  })

  it('that says the same is no new one, whatever was read', async () => {
    const next = await country('再勘误')
    const { body } = await put('cn', next)
    const again = await put('cn', next, { match: `W/"${body.version - 1}"` })
    expect(again).toMatchObject({ status: 200, body: { version: body.version, rollout: body.rollout } })
    expect(await versionOf('cn')).toBe(body.version)
  })

  it('stays readable once another is in force', async () => {
    const { body } = await put('cn', await country('三勘误'))
    const older = await read(`/calendars/cn?version=${body.version - 1}`)
    expect(older.body).toMatchObject({ version: body.version - 1, source: '再勘误' })
    expect((await read('/calendars/cn')).body).toMatchObject({ version: body.version, source: '三勘误' })
  })

  it('of several that come at once is one, and the others are stale', async () => {
    const before = await versionOf('cn')
    const asked = await Promise.all(Array.from({ length: 8 }, (_, at) => country(`同时${at}`)))
    const answers = await Promise.all(asked.map((body) => put('cn', body, { match: `W/"${before}"` })))
    expect(statusesOf(answers)).toEqual([201, ...Array(7).fill(412)])
    expect(await versionOf('cn')).toBe(before + 1)
    expect(await zhigai.models.rollouts.countDocuments({ calendar: 'cn', version: before + 1 })).toBe(1)
  })

  it('that several bring at once in the same words is one, and nobody is refused', async () => {
    const before = await versionOf('cn')
    const body = await country('同文')
    const answers = await Promise.all(Array.from({ length: 8 }, () => put('cn', body)))
    expect(statusesOf(answers)).toEqual([...Array(7).fill(200), 201])
    expect(answers.map((each) => each.body.version)).toEqual(Array(8).fill(before + 1))
  })
})

describe('a district', () => {
  it('adds days that count there alone, for questions and for what is filed from then on', async () => {
    const ask = async (where: string) =>
      (await zhigai.as(null).get(`/calendar/due?from=2025-03-06&workingDays=1${where}`)).body
    expect(await ask(`&district=${yubei}`)).toEqual({ dueOn: '2025-03-07', provisional: false })
    const days = { off: ['2025-03-07'], worked: ['2025-03-08'], source: '区府办发〔2025〕3号' }
    const kept = await put(yubei, days)
    expect(kept).toMatchObject({ status: 201, body: { id: '渝北区', version: 1, from: null, through: null } })
    expect(await ask(`&district=${yubei}`)).toEqual({ dueOn: '2025-03-08', provisional: false })
    expect(await ask('')).toEqual({ dueOn: '2025-03-07', provisional: false })
    expect(await ask(`&district=${encodeURIComponent('江北区')}`)).toMatchObject({ dueOn: '2025-03-07' })

    const { id } = await file(zhigai)
    const versions = { country: await versionOf('cn'), local: 1 }
    expect(await zhigai.models.projects.findById(id).lean()).toMatchObject({ calendars: versions })
    const { events } = await zhigai.temporal.workflow.getHandle(`project/${id}`).fetchHistory()
    const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
    const { off, worked } = days
    expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toMatchObject({
      versions,
      local: { off, worked },
    })
  })

  it('is named in the list after the country', async () => {
    const { body } = await zhigai.as(verifier).get<Page>('/calendars')
    expect(body.items.map(({ id }) => id)).toEqual(['cn', '渝北区'])
    expect(body.items[1]).toMatchObject({ version: 1, from: null, source: '区府办发〔2025〕3号' })
  })
})

describe('the horizon', () => {
  it('moves with the calendar: what was provisional is sure, and nobody need start anew', async () => {
    expect(await due('2026-12-30', 1)).toEqual({ dueOn: '2026-12-31', provisional: false })
    expect(await due('2026-12-31', 1)).toEqual({ dueOn: '2027-01-01', provisional: true })
    expect((await put('cn', await country('2027年安排', of2027))).status).toBe(201)
    expect(await due('2026-12-31', 1)).toEqual({ dueOn: '2027-01-04', provisional: false })
    expect(await due('2027-02-05', 1)).toEqual({ dueOn: '2027-02-09', provisional: false })
    expect(await due('2027-12-31', 1)).toEqual({ dueOn: '2028-01-03', provisional: true })
  })
})

describe('a rollout', () => {
  it('that never began is begun by a repair', async () => {
    const { calendars, models } = { ...zhigai.deps, models: zhigai.models }
    const document = await country('未启动')
    const by = administrator
    const asked = { id: 'cn', document, reason: null, by, ifVersion: null, request: 'repair' }
    const { record } = await calendars.adopt(asked)
    expect((await progress('cn', record.version)).body).toMatchObject({ done: 0, finished: false })
    const rollouts = createRollouts(models, zhigai.temporal, { settleMs: 10 })
    await Promise.all([rollouts.repair(), rollouts.repair()])
    const hasEnded = async () =>
      expect((await progress('cn', record.version)).body).toMatchObject({ finished: true, failed: 0 })
    await vi.waitFor(hasEnded, { timeout: 30_000, interval: 50 })
  })

  it('in which projects failed begins again with the same document', async () => {
    const { id } = await file(zhigai)
    const document = await country('再试')
    const { version } = (await put('cn', document)).body
    await vi.waitFor(
      async () => expect((await progress('cn', version)).body).toMatchObject({ finished: true, failed: 0 }),
      patience,
    )
    // As it would be if the project had not answered.
    await zhigai.models.rollouts.updateOne({ _id: `cn@${version}` }, { $set: { failed: 1 } })
    await zhigai.models.projects.updateOne({ _id: id }, { $set: { 'calendars.country': version - 1 } })
    expect((await put('cn', document)).status).toBe(200)
    await vi.waitFor(
      async () =>
        expect((await progress('cn', version)).body).toMatchObject({
          total: 1,
          done: 1,
          failed: 0,
          finished: true,
        }),
      patience,
    )
    expect(await zhigai.models.projects.findById(id).lean()).toMatchObject({
      calendars: { country: version },
    })
  })
})

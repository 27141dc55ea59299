import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../server/ports.ts'
import { dateOf } from '../../operations/described.ts'
import { countStuck } from '../../operations/stuck.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import { stuckKinds } from '../../policy/access/operations.ts'
import { people } from '../fixtures.ts'
import { file, register, stations } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { aDeadLetter } from '../support/notices.ts'
import { actAll, startProject } from '../support/projects.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'
import {
  chainOf,
  colleague,
  deed,
  order,
  propose,
  stuckOf,
  untilFree,
  untilStatus,
  untilStuck,
  type StuckBody,
} from './fixture.ts'
import { createSweeper } from '../../operations/sweeper.ts'
import { problemOf } from '../support/problems.ts'

const encode = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')
const { administrator, auditor } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const eventsOf = async (id: string) =>
  (await zhigai.temporal.workflow.getHandle(`project/${id}`).fetchHistory()).events ?? []

/** Has MongoDB refuse every line of a history. */
const refuseLines = (validator: object) =>
  zhigai.models.connection.db?.command({ collMod: 'history', validator })

it('an activity that fails again and again is told with its error, may be tried again at once, and is forgotten when it succeeds', async () => {
  const { id } = await file(zhigai)
  await refuseLines({ nothing: 'fits' })
  const { id: hold } = await propose(zhigai, { kind: 'hold', target: { project: id } })
  await deed(zhigai, hold, 'approve', colleague)
  const found = await untilStuck(zhigai, 'activityRetrying', id)
  expect(found).toMatchObject({
    error: expect.stringContaining('validation'),
    words: stuckKinds.activityRetrying,
  })
  expect(found.attempt).toBeGreaterThanOrEqual(5)
  const events = await eventsOf(id)
  const scheduled = events.findLast((event) => event.activityTaskScheduledEventAttributes)
  expect(found.since?.slice(0, 19)).toBe(dateOf(scheduled?.eventTime)?.toISOString().slice(0, 19))

  await refuseLines({})
  const { id: operation } = await propose(zhigai, { kind: 'retry', target: { project: id } })
  await untilStatus(zhigai, operation, 'done')
  await untilFree(zhigai, 'activityRetrying', id)
  const again = await propose(zhigai, { kind: 'retry', target: { project: id } })
  expect(await untilStatus(zhigai, again.id, 'done')).toMatchObject({ done: 0, refused: 1 })
})

it('a case that the record does not follow is told with the error, until it has been brought up', async () => {
  const { id } = await file(zhigai)
  const recordOf = async () => (await zhigai.as(people.clerk).read(id)).body.revision
  const sweeper = createSweeper(zhigai.deps)
  await refuseLines({ project: { $ne: id } })
  const sent = await zhigai.as(people.clerk).event(id, { type: 'withdraw', reason: '不办了' })
  expect(problemOf(sent)).toMatchObject({ status: 503, code: 'outcome-unknown' })
  expect((await stuckOf(zhigai, 'recordBehind')).map(({ project }) => project)).not.toContain(id)
  const twoMinutesAgo = new Date(Date.now() - 120_000)
  await zhigai.models.intents.updateMany(
    { project: id },
    { $set: { at: twoMinutesAgo, dueAt: twoMinutesAgo } },
  )
  expect(await sweeper.sweep()).toBe(1)
  const [found] = await stuckOf(zhigai, 'recordBehind')
  expect(found).toMatchObject({
    project: id,
    since: twoMinutesAgo.toISOString(),
    attempt: 1,
    error: expect.stringContaining('validation'),
    words: stuckKinds.recordBehind,
  })
  expect(await recordOf()).toBe(1)

  await refuseLines({})
  // Not at once: whoever has it in hand has time for it.
  expect(await sweeper.sweep()).toBe(0)
  expect(await sweeper.sweep(Date.now() + 60_000)).toBe(1)
  expect(await stuckOf(zhigai, 'recordBehind')).toEqual([])
  expect(await recordOf()).toBe(2)
  await chainOf(zhigai, id)
})

it('a note whose activity is gone is not told', async () => {
  const { id } = await file(zhigai)
  const at = new Date()
  await zhigai.models.activityFailures.create({
    _id: 'gone/1',
    workflow: `project/${id}`,
    run: 'gone',
    activityId: '1',
    activity: 'recordSteps',
    attempt: 9,
    error: 'x',
    since: at,
    at,
  })
  expect((await stuckOf(zhigai, 'activityRetrying')).map(({ project }) => project)).not.toContain(id)
  expect(await zhigai.models.activityFailures.countDocuments({ _id: 'gone/1' })).toBe(0)
})

it('a case that did not see its due date pass is told, and one that is held is not', async () => {
  const behind = { clockOffset: -3 * 365 * 86_400_000 }
  const late = await startProject(zhigai.temporal, zhigai.models, behind)
  const held = await startProject(zhigai.temporal, zhigai.models, behind)
  for (const project of [late, held]) await actAll(project, stations['districtVerification unclaimed'])
  await untilStuck(zhigai, 'deadlineWithoutEvent', held.id)
  const found = await untilStuck(zhigai, 'deadlineWithoutEvent', late.id)
  expect(found).toMatchObject({ what: 'districtVerification', error: null })
  const due = await zhigai.models.tasks.findOne({ project: late.id, open: true }).lean()
  expect(found.since).toBe(new Date(endOfDay(due?.dueOn ?? '')).toISOString())
  await order(zhigai, { kind: 'hold', target: { project: held.id } })
  await untilFree(zhigai, 'deadlineWithoutEvent', held.id)
  await untilStuck(zhigai, 'deadlineWithoutEvent', late.id)
})

it('dead letters are told, and are sent again by their channel', async () => {
  const at = new Date()
  const letters = [
    aDeadLetter({ _id: 'by-hook', channel: 'webhook', at }),
    aDeadLetter({ _id: 'by-mail', at }),
  ]
  await zhigai.models.messages.insertMany(letters)
  const told = await stuckOf(zhigai, 'noticeUndeliverable')
  expect(told).toMatchObject(letters.map(({ _id: id }) => ({ id, since: at.toISOString() })))
  const { id } = await propose(zhigai, { kind: 'resend', target: { deadLetters: { channel: 'webhook' } } })
  expect(await untilStatus(zhigai, id, 'done')).toMatchObject({ total: 1, done: 1 })
  expect((await stuckOf(zhigai, 'noticeUndeliverable')).map((each) => each.id)).toEqual(['by-mail'])
})

it.each([
  ['noticeUndeliverable', 'x'],
  ['noticeUndeliverable', '["x","y"]'],
  ['noticeUndeliverable', 'null'],
  ['activityRetrying', '[{"$ne":null},"a"]'],
  ['deadlineWithoutEvent', '[{"$ne":null},"a"]'],
  ['workflowTaskFailing', 'bm9uZQ=='],
  ['runLost', 'bm9uZQ=='],
])('a cursor of nobody is refused: %s %s', async (kind, after) => {
  const cursor = encode([kind, after])
  const answer = await zhigai.as(auditor).get(`/operations/stuck?cursor=${cursor}`)
  expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-request', field: 'cursor' } })
})

it('a case whose workflow was ended is told, and is taken up again', async () => {
  const { id } = await file(zhigai)
  const handle = zhigai.temporal.workflow.getHandle(`project/${id}`)
  await handle.terminate('by mistake')
  const { closeTime } = await handle.describe()
  const { since } = await untilStuck(zhigai, 'runLost', id)
  expect(since?.slice(0, 19)).toBe(closeTime?.toISOString().slice(0, 19))
  expect(await order(zhigai, { kind: 'restart', target: { filter: { stuck: 'runLost' } } })).toMatchObject({
    done: 1,
    failed: 0,
  })
  await untilFree(zhigai, 'runLost', id)
  const answer = await zhigai.as(people.clerk).event(id, { type: 'withdraw', reason: '不办了' })
  expect(answer).toMatchObject({ status: 200, body: { phase: 'withdrawn' } })
})

it('that no worker is there is told, and since when, as soon as `/readyz` says so', async () => {
  const isReady = async () => (await fetch(`${zhigai.origin}/readyz`)).status === 200
  const told = async () => {
    const answer = await zhigai.as(auditor).get<Page<StuckBody>>('/operations/stuck?kind=noWorker')
    return answer.body.items
  }
  expect([await isReady(), await told()]).toEqual([true, []])
  await zhigai.worker.stop()
  expect(await isReady()).toBe(false)
  const [missing, ...more] = await told()
  expect(more).toEqual([])
  expect(Date.now() - Date.parse(missing?.since ?? '')).toBeLessThan(120_000)
})

it('while Temporal does not answer, that is told first, then what the record knows; what Temporal alone knows is answered 503', async () => {
  const temporal = new Client({ connection: Connection.lazy({ address: `127.0.0.1:${await freePort()}` }) })
  const door = await listen({ ...zhigai.deps, temporal })
  const headers = {
    authorization: `Bearer ${await zhigai.tokenOf(administrator)}`,
    'content-type': 'application/json',
  }
  const get = (query: string) => fetch(`${door.origin}/api/v1/operations/stuck${query}`, { headers })
  const dryRun = { kind: 'hold', target: { filter: { stuck: 'runLost' } }, reason: '核查', dryRun: true }
  const [all, alone, tried] = await Promise.all([
    get('?limit=100'),
    get('?kind=runLost'),
    fetch(`${door.origin}/api/v1/operations`, { method: 'POST', headers, body: JSON.stringify(dryRun) }),
  ])
  const { items } = (await all.json()) as Page<StuckBody>
  const kinds = items.map(({ kind }) => kind)
  expect(kinds[0]).toBe('engineSilent')
  expect(kinds).toEqual(expect.arrayContaining(['deadlineWithoutEvent', 'noticeUndeliverable']))
  expect(items.find(({ kind }) => kind === 'deadlineWithoutEvent')).toMatchObject({ error: null })
  expect(alone.status).toBe(503)
  expect([tried.status, await tried.json()]).toMatchObject([503, { code: 'unavailable' }])
  await door.close()
}, 60_000)

it('all kinds are listed one after another, page by page, and counted', async () => {
  const found: StuckBody[] = []
  for (let cursor = ''; ;) {
    const { status, body } = await zhigai
      .as(administrator)
      .get<Page<StuckBody>>(`/operations/stuck?limit=2${cursor}`)
    expect(status).toBe(200)
    found.push(...body.items)
    if (body.next === null) break
    cursor = `&cursor=${body.next}`
  }
  const counts = await countStuck(zhigai.deps)
  const kinds = Object.keys(stuckKinds)
  const places = found.map(({ kind }) => kinds.indexOf(kind))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(counts).toMatchObject({ deadlineWithoutEvent: 1, noticeUndeliverable: 1 })
  const mine = found.filter(({ kind }) => kind === 'deadlineWithoutEvent' || kind === 'noticeUndeliverable')
  expect(mine).toHaveLength(2)
})

it('a case that nobody has filed cannot be operated on', async () => {
  const body = { kind: 'hold', target: { project: 'p-none' }, reason: '核查' }
  const refused = await zhigai.as(administrator).post('/operations', body)
  expect(refused).toMatchObject({ status: 404, body: { code: 'not-found' } })
})

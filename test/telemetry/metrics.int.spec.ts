import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stuckGauge } from '../../api/operations/stuck-gauge.ts'
import { freePort } from '../../server/ports.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { stuckKinds } from '../../policy/access/operations.ts'
import { createRecordGauges } from '../../telemetry/scrape.ts'
import { gauges, type RecordGauge } from '../../telemetry/gauges.ts'
import { applyAdminCommand, projectWorkflowId, taskQueue } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { file, register, stations, walk } from '../support/cases.ts'
import { aNoticeTo } from '../support/notices.ts'
import { openRecord } from '../support/record.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import { labelsScraped, metricsIn, readAlerts, readBoards, seriesIn, unknownLabels } from './expressions.ts'

const { administrator } = people
const patience = { timeout: 30_000, interval: 50 }
const dayMs = 86_400_000
const text = async (url: string) => (await fetch(url)).text()

let zhigai: Zhigai
let worker: string
let waiting: string
beforeAll(async () => {
  const address = `127.0.0.1:${await freePort()}`
  worker = `http://${address}/metrics`
  zhigai = await startZhigai({ metricsAddress: address })
  await register(zhigai)
  waiting = (await walk(zhigai, await file(zhigai), stations['districtVerification unclaimed'])).id
})
afterAll(() => zhigai.stop())

const source = () => ({ models: zhigai.models, nowMs: Date.now() })

/** What the gauges of the record say at an instant, without what an earlier scrape has kept. */
const scrape = (nowMs = Date.now(), models = zhigai.models) =>
  createRecordGauges(() => ({ models, nowMs })).metrics()

/** Has the record take no line of a history but such. */
async function letRecordRefuse(validator: object): Promise<void> {
  await zhigai.models.connection.db?.command({ collMod: 'history', validator })
}

/** How often it was measured how far the record lags behind. */
const lagsIn = (scraped: string) =>
  Number(/^zhigai_projection_lag_seconds_count (\d+)/m.exec(scraped)?.[1] ?? 0)

/** Waits until that was measured again: also while nothing can be written. */
async function lagSeen(before: number): Promise<void> {
  await vi.waitFor(async () => expect(lagsIn(await text(worker))).toBeGreaterThan(before), patience)
}

/** Makes each kind of failure happen once that dashboards and alerts ask for. */
async function failOnce(): Promise<void> {
  const { id } = await file(zhigai)
  await letRecordRefuse({ project: { $ne: id } })
  const lagged = lagsIn(await text(worker))
  const command = { act: 'hold', reason: '核查', by: administrator, approvedBy: 'adm-2' } as const
  const handle = zhigai.temporal.workflow.getHandle(projectWorkflowId(id))
  const sent = handle.executeUpdate(applyAdminCommand, { args: [{ command, request: 'hold' }] })
  await vi.waitFor(
    async () => expect(await text(worker)).toContain('temporal_activity_execution_failed_total{'),
    patience,
  )
  await lagSeen(lagged)
  await letRecordRefuse({})
  await sent
  const lost = await zhigai.temporal.workflow.start('nobody', { workflowId: `nobody/${id}`, taskQueue })
  await vi.waitFor(
    async () => expect(await text(worker)).toContain('temporal_workflow_task_execution_failed_total{'),
    patience,
  )
  await lost.terminate()
}

describe('every metric that is asked for is exported', () => {
  let exported: Set<string>
  let series: Map<string, Set<string>>
  beforeAll(async () => {
    await failOnce()
    const scraped = await Promise.all([text(worker), text(`${zhigai.origin}/metrics`)])
    // Prometheus makes `up` itself.
    exported = new Set(['up', ...scraped.flatMap((each) => [...seriesIn(each)])])
    // Gauges of the record have no series where there is nothing to tell; their labels stand in the table.
    series = labelsScraped(scraped.join('\n'))
    for (const { name, labels } of gauges) series.set(name, new Set(labels))
    series.set('up', new Set(['job', 'instance']))
  })

  it.each(readAlerts())('by the alert $alert', ({ expr, annotations }) => {
    expect(metricsIn(expr).filter((name) => !exported.has(name))).toEqual([])
    expect(unknownLabels(expr, Object.values(annotations), series)).toEqual([])
  })

  it.each(readBoards().flatMap(({ panels }) => panels))('by the panel $title', ({ targets }) => {
    const asked = targets.flatMap(({ expr }) => metricsIn(expr))
    expect(asked.filter((name) => !exported.has(name))).toEqual([])
    for (const { expr, legendFormat = '' } of targets)
      expect(unknownLabels(expr, [legendFormat], series)).toEqual([])
  })
})

it('steps are counted by type where they are recorded, and how far the record lags behind them', async () => {
  const told = await text(worker)
  expect(told).toMatch(/^zhigai_projection_lag_seconds_bucket\{le="1800"\} [1-9]/m)
  expect(told).toMatch(/^zhigai_steps_total\{type="hold"\} [1-9]/m)
  const scraped = await text(`${zhigai.origin}/metrics`)
  expect(scraped).toMatch(/^zhigai_steps_total\{type="submit"\} [1-9]/m)
  expect(scraped).toMatch(/^zhigai_projection_lag_seconds_count [1-9]/m)
})

describe('the API', () => {
  it('measures how long an event takes', async () => {
    const scraped = await text(`${zhigai.origin}/metrics`)
    expect(scraped).toMatch(/zhigai_update_duration_seconds_count\{outcome="answered"\} [1-9]/)
  })

  it('tells the age of the oldest task of each body, and of no enterprise', async () => {
    const { tasks } = zhigai.models
    const openedOn = shanghaiDate(Date.now() - 9 * dayMs)
    await tasks.updateOne({ project: waiting, open: true }, { $set: { openedOn } })
    expect(await scrape()).toContain('zhigai_oldest_task_age_days{role="district",district="渝北区"} 9')
    await tasks.updateOne({ project: waiting, open: true }, { $set: { roles: ['municipal'] } })
    const scraped = await scrape()
    expect(scraped).toContain('zhigai_oldest_task_age_days{role="municipal",district=""} 9')
    expect(scraped).not.toMatch(/role="enterprise/)
  })

  it('counts overdue tasks by kind', async () => {
    expect(await scrape()).not.toContain('zhigai_overdue_tasks{')
    await zhigai.models.tasks.updateOne({ project: waiting, open: true }, { $set: { overdue: true } })
    expect(await scrape()).toContain('zhigai_overdue_tasks{task="districtVerification"} 1')
  })

  it('counts notices that are due, sent and given up', async () => {
    const { notices } = zhigai.models
    const sendAt = new Date('2030-01-07T02:00:00Z')
    const soon = sendAt.getTime() + 60_000
    const waits = { sendAt, status: 'pending', sentAt: null } as const
    const [first, second] = [aNoticeTo('qian', waits), aNoticeTo('wang', { ...waits, kind: 'before' })]
    await notices.deleteMany({})
    await notices.insertMany([first, second])
    const due = await scrape(soon)
    expect(due).toContain('zhigai_notices_due{channel="inbox",kind="other"} 1')
    expect(due).toContain('zhigai_notices_oldest_due_seconds 60')
    expect(due).toContain('zhigai_notices_due{channel="inbox",kind="reminder"} 1')
    const early = await scrape(sendAt.getTime() - 1)
    expect(early).not.toMatch(/^zhigai_notices_(due|oldest)/m)
    await notices.updateOne({ _id: first._id }, { $set: { status: 'sent', sentAt: sendAt } })
    await notices.updateOne({ _id: second._id }, { $set: { status: 'failed' } })
    const after = await scrape(soon)
    expect(after).toContain('zhigai_notices_sent_last_hour{channel="inbox",kind="other"} 1')
    expect(after).toContain('zhigai_notices_failed{channel="inbox",kind="reminder"} 1')
    expect(await scrape(soon + dayMs)).not.toContain('zhigai_notices_sent_last_hour{')
  })

  it('tells what the latest verification found, and how old the last anchor is', async () => {
    const { verifications, anchors } = zhigai.models
    const now = Date.parse('2199-01-07T02:00:00Z')
    const found = async () => (await scrape(now)).match(/^zhigai_(verify|anchor)\w+ \d+$/gm)
    for (const [_id, age, findings] of [
      ['earlier', dayMs, 7],
      ['latest', 60_000, 3],
    ] as const)
      await verifications.create({ _id, startedAt: 0, finishedAt: now - age, cases: 9, findings })
    const anchor = {
      day: '2199-01-07',
      previous: null,
      count: 0,
      root: '-',
      suite: 'sm2',
      key: '-',
      publicKey: '-',
    }
    await anchors.collection.insertOne({
      ...anchor,
      _id: 1 as never,
      at: new Date(now - 90_000),
      signature: '-',
    })
    expect(await found()).toEqual([
      'zhigai_anchor_age_seconds 90',
      'zhigai_verify_findings 3',
      'zhigai_verify_age_seconds 60',
    ])
    await anchors.deleteMany({})
  })

  it('counts every channel, however much there is of another', async () => {
    const { notices } = zhigai.models
    await notices.deleteMany({})
    const failed = { status: 'failed', sentAt: null } as const
    const many = Array.from({ length: 10_001 }, (_, at) => ({ ...aNoticeTo('qian', failed), _id: `a-${at}` }))
    await notices.insertMany(many, { lean: true })
    await notices.create({ ...aNoticeTo('wang', { ...failed, channel: 'webhook' }), _id: 'z' })
    const scraped = await scrape()
    expect(scraped).toContain('zhigai_notices_failed{channel="inbox",kind="other"} 10000')
    expect(scraped).toContain('zhigai_notices_failed{channel="webhook",kind="other"} 1')
    await notices.deleteMany({})
  })

  it('counts what is stuck by kind, and nothing else of what Temporal alone knows while it does not answer', async () => {
    const { models, now } = zhigai.deps
    const of = (temporal: Client) =>
      stuckGauge(() => ({ models, temporal, now })).read({ models, nowMs: Date.now() })
    const kinds = async (temporal: Client) => (await of(temporal)).map(({ labels }) => labels['kind'])
    expect(await kinds(zhigai.temporal)).toEqual(Object.keys(stuckKinds))
    const silent = new Client({ connection: Connection.lazy({ address: `127.0.0.1:${await freePort()}` }) })
    expect(await kinds(silent)).toEqual([
      'engineSilent',
      'recordBehind',
      'activityRetrying',
      'deadlineWithoutEvent',
      'noticeUndeliverable',
    ])
    expect(await text(`${zhigai.origin}/metrics`)).toMatch(/^zhigai_stuck\{kind="engineSilent"\} 0$/m)
  })

  it('tells what the latest comparison found, and how well histories are kept', async () => {
    const { reconciliations, lostRuns, watermarks } = zhigai.models
    const now = Date.parse('2030-01-07T02:00:00Z')
    const names = /^zhigai_(reconcile|archive)\w+ /m
    await watermarks.deleteMany({})
    expect(await scrape(now)).not.toMatch(names)
    const of = (_id: string, finishedAt: Date | null, found: object) =>
      reconciliations.create({ _id, startedAt: new Date(0), finishedAt, cases: 9, unreadable: 0, ...found })
    await of('earlier', new Date(now - dayMs), { differences: 7, repaired: 0 })
    await of('latest', new Date(now - 60_000), { differences: 5, repaired: 2, unreadable: 1 })
    await of('under way', null, { differences: 9, repaired: 0 })
    await watermarks.create({ _id: 'archive', at: new Date(now - 30_000) })
    const noticedAt = new Date(now)
    await lostRuns.create({ _id: 'r', project: 'p', reason: 'a test', noticedAt, triedAt: noticedAt })
    const scraped = await scrape(now)
    expect(scraped.match(/^zhigai_(reconcile|archive|lost)\w+ \d+$/gm)).toEqual([
      'zhigai_reconcile_differences 3',
      'zhigai_reconcile_unreadable 1',
      'zhigai_reconcile_age_seconds 60',
      'zhigai_archive_behind_seconds 30',
      'zhigai_lost_runs 1',
    ])
  })

  it('looks at nothing without an index', async () => {
    const { db } = zhigai.models.connection
    const since = new Date()
    await db?.command({ profile: 2 })
    await scrape()
    await db?.command({ profile: 0 })
    const profiled = await db
      ?.collection<{ planSummary: string; hasSortStage?: boolean }>('system.profile')
      .find({ ts: { $gte: since }, planSummary: { $exists: true } })
      .toArray()
    expect(profiled?.length).toBeGreaterThan(4)
    expect(profiled?.filter((each) => each.hasSortStage || each.planSummary.includes('COLLSCAN'))).toEqual([])
  })
})

describe('a scrape answers', () => {
  const broken: RecordGauge = {
    name: 'broken',
    help: 'Cannot be read.',
    labels: [],
    read: () => Promise.reject(new Error('no')),
  }

  it('without MongoDB: the gauges of the record are left out', async () => {
    const { models } = await openRecord()
    await models.connection.close()
    const scraped = await scrape(Date.now(), models)
    expect(scraped.split('\n').filter((line) => line && !line.startsWith('#'))).toEqual([
      'zhigai_record_up 0',
    ])
  })

  it('and with a gauge that cannot be read: that one is left out, and counted', async () => {
    const scraped = await createRecordGauges(source, [broken]).metrics()
    expect(scraped).toMatch(/^zhigai_record_up 1$/m)
    expect(scraped).toMatch(/^zhigai_gauges_unread 1$/m)
    expect(scraped).not.toMatch(/^broken/m)
  })

  it('from one look at the record, however many ask', async () => {
    let looks = 0
    const counting: RecordGauge = {
      ...broken,
      read: () => {
        looks += 1
        return Promise.resolve([{ labels: {}, value: looks }])
      },
    }
    const registry = createRecordGauges(source, [counting])
    await Promise.all([registry.metrics(), registry.metrics()])
    expect(await registry.metrics()).toMatch(/^broken 1$/m)
  })
})

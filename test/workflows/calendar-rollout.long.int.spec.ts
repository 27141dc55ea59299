import { Client, type WorkflowClientInterceptor, type WorkflowStartUpdateInput } from '@temporalio/client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createCalendars, saveFirstCalendar, type CalendarDocument } from '../../api/calendars/calendars.ts'
import { createRollouts } from '../../api/calendars/rollouts.ts'
import type { Models } from '../../models/index.ts'
import type { Adoption } from '../../workflows/contract.ts'
import { rolloutWorkflowId, type RolloutPace } from '../../workflows/contract-rollout.ts'
import { cn, people } from '../fixtures.ts'
import { connectTemporal } from '../support/engines.ts'
import { recordHistory, replayRuns, runsOf } from '../support/histories.ts'
import { startProject, type Project } from '../support/projects.ts'
import { openRecord } from '../support/record.ts'
import { quietRuntime } from '../support/runtime.ts'
import { startWorker } from '../support/worker.ts'

let client: Client
let models: Models
let worker: Awaited<ReturnType<typeof startWorker>>
const ending: (() => Promise<void>)[] = []

/** What the worker's own client does before it sends an adoption: nothing, wait, or fail. */
let beforeAdoption: (project: string) => Promise<void> = async () => undefined
const interceptor: WorkflowClientInterceptor = {
  async startUpdate(input: WorkflowStartUpdateInput, next) {
    await beforeAdoption(input.workflowExecution.workflowId ?? '')
    return next(input)
  },
}

beforeAll(async () => {
  quietRuntime()
  const record = await openRecord()
  models = record.models
  client = await connectTemporal()
  worker = await startWorker(models, undefined, [interceptor])
  await saveFirstCalendar(models, cn, 'first')
  ending.push(
    () => worker.stop(),
    () => client.connection.close(),
    record.drop,
  )
})
afterAll(async () => {
  for (const end of ending) await end()
})

const patience = { timeout: 50_000, interval: 20 }
const progressOf = async (rollout: string) => (await models.rollouts.findById(rollout).lean()) ?? undefined
const untilProgress = (rollout: string, expected: object) =>
  vi.waitFor(async () => expect(await progressOf(rollout)).toMatchObject(expected), patience)
const untilOver = (rollout: string) => untilProgress(rollout, { finishedAt: expect.any(Date) })

/** Keeps the next version of a calendar and starts its rollout; answers with its name. */
async function bring(id: string, document: CalendarDocument, pace: RolloutPace): Promise<string> {
  const asked = {
    id,
    document,
    reason: null,
    by: people.administrator,
    ifVersion: null,
    request: `brings ${id}`,
  }
  const { record } = await createCalendars(models).adopt(asked)
  await createRollouts(models, client, pace).ensure(record._id)
  return record._id
}

/** What a project was asked to count by, in order. */
async function adoptionsOf({ workflowId }: Project): Promise<Adoption[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
  return (events ?? []).flatMap((event) => {
    const input = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input
    const [payload] = input?.args?.payloads ?? []
    if (input?.name !== 'adoptCalendars' || !payload?.data) return []
    return [JSON.parse(Buffer.from(payload.data).toString()) as Adoption]
  })
}

const recorded = async ({ id }: Project) => (await models.projects.findById(id).lean())?.calendars
const start = (count: number, district: string) =>
  Promise.all(
    Array.from({ length: count }, () => startProject(client, models, { application: { district } })),
  )
const of2027 = { ...cn, through: 2027, off: [...cn.off, '2027-01-01'], source: '2027年安排' }

it('comes to every open project once, though the worker ends in between, and to one that is filed meanwhile', async () => {
  const projects = [...(await start(22, '渝北区')), ...(await start(8, '江北区'))]
  const done = projects.slice(0, 3)
  for (const project of done) await project.act(people.clerk, 'withdraw')
  const open = projects.slice(3)

  let sent = 0
  const end = new AbortController()
  const ended = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(new Error('the worker has ended')))
  })
  ended.catch(() => undefined)
  beforeAdoption = async () => {
    sent += 1
    if (sent > 12) await ended
  }
  const rollout = await bring('cn', of2027, { settleMs: 8_000, pageSize: 9, pagesPerRun: 2 })
  await vi.waitFor(() => expect(sent).toBeGreaterThan(12), patience)
  const stopping = worker.stop()
  end.abort()
  await stopping
  const halfWay = await Promise.all(open.map(recorded))
  const taken = halfWay.filter((versions) => versions?.country === 2).length
  expect(taken).toBeGreaterThan(0)
  expect(taken).toBeLessThan(open.length)

  beforeAdoption = async () => undefined
  worker = await startWorker(models, undefined, [interceptor])
  await createRollouts(models, client).repair()
  await untilProgress(rollout, { total: open.length, done: open.length, finishedAt: null })
  const late = await startProject(client, models)
  expect(await recorded(late)).toEqual({ country: 1, local: 0 })
  await untilOver(rollout)

  expect(await progressOf(rollout)).toMatchObject({
    total: open.length + 1,
    done: open.length + 1,
    failed: 0,
  })
  const expected = {
    by: people.administrator,
    source: '2027年安排',
    request: 'brings cn',
    calendars: { country: { through: 2027 }, versions: { country: 2, local: 0 } },
  }
  for (const project of [...open, late]) {
    expect(await adoptionsOf(project)).toMatchObject([expected])
    expect(await recorded(project)).toEqual({ country: 2, local: 0 })
  }
  for (const project of done) {
    expect(await adoptionsOf(project)).toEqual([])
    expect(await recorded(project)).toEqual({ country: 1, local: 0 })
  }
  await replayRollout(rollout)
  if (open[0]) await recordHistory(client, 'adopted', open[0].workflowId)
}, 120_000)

/** Replays every run; there must be several, because the rollout goes on as new. */
async function replayRollout(rollout: string): Promise<void> {
  const workflowId = rolloutWorkflowId(rollout)
  const last = await client.workflow.getHandle(workflowId).fetchHistory()
  const first = last.events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? ''
  const runs = await runsOf(client, workflowId, first)
  expect(runs.length).toBeGreaterThan(1)
  await replayRuns(client, workflowId, runs)
  for (const [name, runId] of [
    ['calendar-rollout', runs[0]],
    ['calendar-rollout-last-run', runs.at(-1)],
  ] as const)
    await recordHistory(client, name, workflowId, runId)
}

it('of a district concerns its own projects; one that is gone is passed by, one that fails does not stop the rest', async () => {
  const own = await start(4, '巴南区')
  const [gone, failing, ...others] = own
  const [elsewhere] = await start(1, '大足区')
  if (!gone || !failing || !elsewhere) throw new Error('projects are missing')
  await client.workflow.getHandle(gone.workflowId).terminate('gone')
  beforeAdoption = async (workflowId) => {
    if (workflowId === failing.workflowId) throw new Error('no answer')
  }
  const feast = { from: 0, through: 0, off: ['2026-06-01'], worked: [], source: '区府办发' }
  const rollout = await bring('巴南区', feast, { settleMs: 10 })
  await untilOver(rollout)
  expect(await progressOf(rollout)).toMatchObject({ total: 3, done: 2, failed: 1 })
  // These were filed under the first calendar of the country, which has a second by now: both come at once.
  for (const project of others) {
    expect(await adoptionsOf(project)).toMatchObject([
      {
        source: '2027年安排；区府办发',
        calendars: { local: { off: ['2026-06-01'] }, versions: { country: 2, local: 1 } },
      },
    ])
    expect(await recorded(project)).toEqual({ country: 2, local: 1 })
  }
  for (const project of [failing, elsewhere]) {
    expect(await adoptionsOf(project)).toEqual([])
    expect(await recorded(project)).toMatchObject({ local: 0 })
  }

  beforeAdoption = async () => undefined
  await createRollouts(models, client, { settleMs: 10 }).ensure(rollout)
  await untilProgress(rollout, { failed: 0, finishedAt: expect.any(Date) })
  expect(await recorded(failing)).toEqual({ country: 2, local: 1 })
}, 120_000)

it('leaves off where a newer version has come, which goes to every project itself', async () => {
  const [project] = await start(1, '大足区')
  const older = await bring('cn', { ...of2027, source: 'older' }, { settleMs: 5_000 })
  const isThrough = async () => expect(project && (await recorded(project))?.country).toBe(3)
  await vi.waitFor(isThrough, patience)
  const [late] = await start(1, '大足区')
  if (!project || !late) throw new Error('projects are missing')
  const document = { ...of2027, source: 'newer' }
  const asked = { id: 'cn', document, reason: null, by: people.administrator, ifVersion: 3, request: 'newer' }
  await createCalendars(models).adopt(asked)
  await untilOver(older)
  expect(await adoptionsOf(late)).toEqual([])

  await createRollouts(models, client, { settleMs: 10 }).repair()
  await untilOver('cn@4')
  const sourcesOf = async (each: Project) => (await adoptionsOf(each)).map(({ source }) => source)
  expect(await sourcesOf(project)).toEqual(['older', 'newer'])
  expect(await sourcesOf(late)).toEqual(['newer'])
  expect(await recorded(late)).toEqual({ country: 4, local: 0 })
}, 120_000)

it('finds its projects by an index, in the order of the index', async () => {
  const versions = { $lt: 9 }
  const asked = [
    [
      { 'state.done': false, 'calendars.country': versions },
      { 'calendars.country': 1, _id: 1 },
    ],
    [
      { district: '渝北区', 'state.done': false, 'calendars.local': versions },
      { district: 1, 'calendars.local': 1, _id: 1 },
    ],
  ] as const
  for (const [filter, sort] of asked) {
    const [[field = '']] = [Object.keys(sort).filter((key) => key.startsWith('calendars'))]
    const from = { ...filter, [field]: 1, _id: { $gt: 'p-' } }
    const plan = await models.projects
      .find({ $or: [from, filter] }, null, { sort, limit: 5 })
      .explain('queryPlanner')
    const told = JSON.stringify(
      (plan as unknown as { queryPlanner: { winningPlan: object } }).queryPlanner.winningPlan,
    )
    expect(told).toContain('IXSCAN')
    expect(told).not.toMatch(/COLLSCAN|"SORT"/)
  }
})

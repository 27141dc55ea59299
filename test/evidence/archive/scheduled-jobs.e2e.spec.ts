import { Client, Connection, defaultPayloadConverter } from '@temporalio/client'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { ReconcileCursor } from '../../../evidence/archive/reconcile-all.ts'
import { connectModels, type Models } from '../../../models/index.ts'
import { projectWorkflowType, startOptions } from '../../../workflows/contract.ts'
import {
  scheduledJobWorkflowType,
  scheduledJobWorkflowId,
  type ScheduledJob,
} from '../../../workflows/contract-scheduled-job.ts'
import { zhigai } from '../../local/backup/command.ts'
import { install, type Installation } from '../../faults/installation.ts'
import { partOf, portOf, untilGone } from '../../faults/processes.ts'
import { stations, type Act } from '../../support/cases.ts'
import { actAll, startProject, type Project } from '../../support/projects.ts'
import { saveTestEdition } from '../../support/test-edition.ts'

const patience = { timeout: 60_000, interval: 10 }
const count = 80
let installation: Installation
let models: Models
let temporal: Client
let stop: () => Promise<void>
let projects: Project[]

beforeAll(async () => {
  installation = await install()
  const portOfPart = (part: 'MongoDB' | 'Temporal') => portOf(partOf(installation.run.pid, part))
  models = await connectModels(`mongodb://127.0.0.1:${portOfPart('MongoDB')}/zhigai?replicaSet=rs0`)
  const connection = await Connection.connect({ address: `127.0.0.1:${portOfPart('Temporal')}` })
  temporal = new Client({ connection })
  stop = async () => {
    await Promise.all([models.connection.close(), connection.close()])
    await installation.remove()
  }
  const jobs: ScheduledJob[] = ['archive', 'reconcile']
  await Promise.all(jobs.map((job) => temporal.schedule.getHandle(scheduledJobWorkflowId(job)).pause()))
  await saveTestEdition(models)
  projects = await startMany(stations.withdrawn)
  const closed = `WorkflowType="${projectWorkflowType}" AND ExecutionStatus="Completed"`
  await vi.waitFor(async () => {
    const { count: listed } = await temporal.workflow.count(closed)
    if (listed !== count) throw new Error(`${listed} of ${count} are listed as closed`)
  }, patience)
})
afterAll(() => stop())

/** Projects that go a way. */
function startMany(way: readonly Act[]): Promise<Project[]> {
  const start = async () => {
    const project = await startProject(temporal, models, { editionHash: 'of-a-test' })
    await actAll(project, way)
    return project
  }
  return pMap(Array.from({ length: count }), start, { concurrency: 10 })
}

const begin = (job: ScheduledJob) =>
  temporal.workflow.start(scheduledJobWorkflowType, {
    workflowId: `job-of-a-test/${job}/${Math.random()}`,
    ...startOptions,
    args: [{ job }],
  })

/** Kills the worker as the machine might, and waits until it is gone; answers when. */
async function killWorker(): Promise<Date> {
  const { pid } = partOf(installation.run.pid, 'worker')
  process.kill(pid, 'SIGKILL')
  await untilGone([pid])
  return new Date()
}

it('the archive goes on after its worker was killed, and every closed run is kept once', async () => {
  const handle = await begin('archive')
  await vi.waitFor(async () => expect(await models.runs.countDocuments()).toBeGreaterThan(4), patience)
  const killedAt = await killWorker()
  const before = await models.runs.find().sort({ _id: 1 }).lean()
  expect(before.length).toBeLessThan(count)
  await handle.result()
  const kept = await models.runs.find().sort({ _id: 1 }).lean()
  expect(kept.map(({ _id }) => _id)).toEqual(projects.map(({ firstRunId }) => firstRunId).toSorted())
  expect(kept).toEqual(expect.arrayContaining(before))
  expect(await models.archives.countDocuments()).toBe(count)
  // What was begun before the kill has been brought to its end: nothing that closed since is left out the next time.
  const mark = await models.watermarks.findById('archive').lean()
  expect(mark?.at.getTime()).toBeLessThan(killedAt.getTime())
})

/** How far a reconciliation has told Temporal that it came. */
async function placeOf(handle: Awaited<ReturnType<typeof begin>>): Promise<ReconcileCursor> {
  const { raw } = await handle.describe()
  const [payload] = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads ?? []
  if (!payload) throw new Error('it has told of no place yet')
  return defaultPayloadConverter.fromPayload<ReconcileCursor>(payload)
}

it('the reconciliation goes on where its worker was killed', async () => {
  // A difference in each case; put right after the kill, so that only what was compared before can have seen it.
  await models.projects.updateMany({}, { $inc: { revision: 100 } })
  const handle = await begin('reconcile')
  await vi.waitFor(async () => expect((await placeOf(handle)).tally.cases).toBeGreaterThan(0), patience)
  const killedAt = await killWorker()
  await models.projects.updateMany({}, { $inc: { revision: -100 } })
  const { tally } = await placeOf(handle)
  expect(tally.cases).toBeLessThan(count)
  await handle.result()
  const outcome = await models.reconciliations.findById(handle.firstExecutionRunId).lean()
  expect(outcome).toMatchObject({ ...tally, cases: count, differences: tally.cases })
  expect(outcome?.startedAt.getTime()).toBeLessThan(killedAt.getTime())
  const next = await begin('reconcile')
  await next.result()
  expect(await models.reconciliations.findById(next.firstExecutionRunId).lean()).toMatchObject({
    cases: count,
    differences: 0,
    unreadable: 0,
  })
})

/** Gives an order on the command line. */
async function operate(...args: string[]): Promise<void> {
  const env = { PORT: `${installation.port}` }
  const { code, err } = await zhigai(installation.dataDir, ['operations', ...args], env).ended
  if (code !== 0) throw new Error(`operations ${args.join(' ')}: ${err}`)
}

it('an operation on many cases goes on where its worker was killed, and is done to each of them once', async () => {
  const open = await startMany(stations.application)
  const target = JSON.stringify({ filter: { phase: 'application' } })
  await operate('propose', 'hold', '--target', target, '--reason', '核查数据', '--user', 'anna')
  const proposed = await models.operations.findOne({ kind: 'hold' }).lean()
  const id = proposed?._id ?? ''
  await operate('approve', id, '--user', 'bo')
  const held = () => models.history.countDocuments({ type: 'hold' })
  await vi.waitFor(async () => expect(await held()).toBeGreaterThan(4), patience)
  await killWorker()
  expect(await held()).toBeLessThan(count)
  await vi.waitFor(
    async () => expect(await models.operations.findById(id).lean()).toMatchObject({ status: 'done' }),
    patience,
  )
  expect(await models.operations.findById(id).lean()).toMatchObject({
    tally: { total: count, done: count, refused: 0, failed: 0 },
  })
  const lines = await models.history.find({ type: 'hold' }).lean()
  expect(lines.map(({ project }) => project).toSorted()).toEqual(open.map((each) => each.id).toSorted())
})

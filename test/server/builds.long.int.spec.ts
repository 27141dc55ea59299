import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { Client } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { NativeConnection, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import { unheard } from '../../evidence/archive/replay-checker.ts'
import { createMetrics } from '../../api/http/metrics.ts'
import { createRootRouter } from '../../api/http/root-router.ts'
import type { Dependencies } from '../../api/dependencies.ts'
import { bundleWorkflows } from '../../server/bundle.ts'
import { readConfig } from '../../server/config.ts'
import { buildIdOf, deploymentOf, makeCurrent, readDeployment } from '../../server/deployment.ts'
import { temporal as pinned } from '../../local/engines/pins.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'
import { startTemporal, type TemporalServer } from '../../local/engines/temporal.ts'
import { projectRoot } from '../../server/root.ts'
import type { Models } from '../../models/index.ts'
import { keepLease } from '../../operations/worker-lease.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { engines } from '../support/engines.ts'
import { startProject, type Project } from '../support/projects.ts'
import { openRecord } from '../support/record.ts'
import { quietRuntime } from '../support/runtime.ts'

const { clerk, verifier } = people
const patience = { timeout: 30_000, interval: 50 }
const next = fileURLToPath(new URL('next-workflows.ts', import.meta.url))
const patient = fileURLToPath(new URL('../workflows/patient-workflows.ts', import.meta.url))
const unguarded = fileURLToPath(new URL('unguarded-workflows.ts', import.meta.url))

/** A server of its own: where a build is current, the workers of other files, which tell none, would wait for ever. */
let server: TemporalServer
let connection: NativeConnection
let client: Client
let models: Models
let folder: string
const ending: (() => Promise<unknown>)[] = []
const bundle = (name: string) => join(folder, `${name}.js`)
const today = () => engines().workflowBundle

beforeAll(async () => {
  quietRuntime()
  folder = await mkdtemp(join(tmpdir(), 'zhigai-builds-'))
  const binary = await provideBinary(pinned, { cacheDir: join(projectRoot, '.cache'), log: () => undefined })
  server = await startTemporal({ binary, dataDir: undefined, namespace: 'default', log: () => undefined })
  connection = await NativeConnection.connect({ address: server.address })
  client = new Client({ connection, identity: 'test' })
  const record = await openRecord()
  models = record.models
  ending.push(record.drop)
  const others = { next, patient, unguarded }
  await Promise.all(Object.entries(others).map(([name, path]) => bundleWorkflows(bundle(name), path)))
})
afterAll(async () => {
  for (const end of ending.toReversed()) await end()
  await connection.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

type Versioning = 'auto' | 'manual' | 'off'

/** Starts a worker as the program does, on a bundle; it may be stopped more than once. */
async function startBuild(codePath: string, versioning: Versioning = 'auto') {
  const config = readConfig({ WORKER_VERSIONING: versioning })
  const { options, begin } = deploymentOf(config, codePath, client)
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    activities: createActivities(models, client),
    sinks: unheard,
    ...options,
  })
  const running = worker.run()
  const buildId = buildIdOf(config, codePath)
  const told = versioning === 'off' ? undefined : buildId
  const lease = await keepLease(models, { namespace: 'default', buildId: told })
  await begin()
  let stopping: Promise<void> | undefined
  const end = async () => {
    await lease.drop()
    worker.shutdown()
    return running
  }
  const stop = () => (stopping ??= end())
  ending.push(stop)
  return { stop, buildId }
}

const historyOf = ({ workflowId }: Project) => client.workflow.getHandle(workflowId).fetchHistory()

/** Replays a case once no workflow task of it is under way. */
async function replay(project: Project, codePath: string): Promise<void> {
  const history = await vi.waitFor(async () => {
    const found = await historyOf(project)
    const last = found.events?.at(-1)
    if (last?.workflowTaskScheduledEventAttributes ?? last?.workflowTaskStartedEventAttributes)
      throw new Error('a workflow task is under way')
    return found
  }, patience)
  await Worker.runReplayHistory({ workflowBundle: { codePath }, sinks: unheard }, history, project.workflowId)
}

/** Whether a case began under the build that sets a timer more. */
async function hasTimerMore(project: Project): Promise<boolean> {
  const { events = [] } = await historyOf(project)
  return (events ?? []).some(
    ({ timerStartedEventAttributes: timer }) => Number(timer?.startToFireTimeout?.seconds) === 3600,
  )
}

const fileCase = () => startProject(client, models)

async function readyz(temporal = client) {
  const deps = { models, temporal, metrics: createMetrics(), now: Date.now, jwks: null }
  const app = express().use(createRootRouter(deps as unknown as Dependencies, {}))
  const listener = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const address = listener.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const { status } = await fetch(`http://127.0.0.1:${port}/readyz`)
  await new Promise((resolve) => listener.close(resolve))
  return status
}

describe('cases and builds', () => {
  it('a case that began before builds were told goes on under the first build, and under the next', async () => {
    const before = await startBuild(today(), 'off')
    const old = await fileCase()
    expect(await readDeployment(client)).toBeUndefined()
    const first = await startBuild(today())
    expect((await readDeployment(client))?.current).toBe(first.buildId)
    await before.stop()
    expect(await old.act(clerk, 'completeAssessment')).toBe(2)
    const own = await fileCase()

    const second = await startBuild(bundle('next'))
    expect(second.buildId).not.toBe(first.buildId)
    expect((await readDeployment(client))?.current).toBe(second.buildId)
    // Both builds are at work.
    const young = await fileCase()
    expect(await old.act(clerk, 'submit')).toBe(3)
    expect(await own.act(clerk, 'completeAssessment')).toBe(2)
    await first.stop()
    for (const project of [young, own]) {
      if (project === young) await project.act(clerk, 'completeAssessment')
      await project.act(clerk, 'submit')
      expect(await project.act(verifier, 'claim')).toBe(4)
    }
    expect(await old.act(verifier, 'claim')).toBe(4)
    expect(await Promise.all([old, own, young].map(hasTimerMore))).toEqual([false, false, true])
    await vi.waitFor(async () => expect(await readyz()).toBe(200), patience)

    for (const project of [old, own, young])
      await expect(replay(project, bundle('next'))).resolves.toBeUndefined()
    for (const project of [old, own]) await expect(replay(project, today())).resolves.toBeUndefined()
    // What began under the next build needs it: there is no way back for that case.
    await expect(replay(young, today())).rejects.toThrow(DeterminismViolationError)
    // The same change without `patched` breaks them.
    for (const project of [old, own, young])
      await expect(replay(project, bundle('unguarded'))).rejects.toThrow(DeterminismViolationError)
    await second.stop()
  })

  it('a case whose steps a next build would make otherwise has one chain all the same', async () => {
    const first = await startBuild(today())
    const project = await fileCase()
    for (const act of ['completeAssessment', 'submit'] as const) await project.act(clerk, act)
    const second = await startBuild(bundle('patient'))
    await first.stop()
    expect(await project.act(verifier, 'claim')).toBe(4)
    expect(await project.act(verifier, 'release')).toBe(5)
    const lines = await models.history.find({ project: project.id }).sort({ revision: 1 }).lean()
    expect(lines.slice(1).map(({ previous }) => previous)).toEqual(lines.slice(0, -1).map(({ link }) => link))
    await second.stop()
  })

  it('a build that waits for an operator gets no work before, and /readyz is right about it', async () => {
    const first = await startBuild(today())
    const second = await startBuild(bundle('next'), 'manual')
    expect((await readDeployment(client))?.current).toBe(first.buildId)
    expect(await hasTimerMore(await fileCase())).toBe(false)
    await makeCurrent(client, second.buildId)
    expect(await hasTimerMore(await fileCase())).toBe(true)
    const builds = (await readDeployment(client))?.builds ?? []
    const statusOf = (id: string) => builds.find(({ buildId }) => buildId === id)?.status
    expect(statusOf(second.buildId)).toBe('current')
    expect(statusOf(first.buildId)).toMatch(/^drain/)
    await Promise.all([first.stop(), second.stop()])
  })

  it('workers that tell no build get the work back', async () => {
    const plain = await startBuild(today(), 'off')
    expect((await readDeployment(client))?.current).toBeNull()
    const project = await fileCase()
    expect(await project.act(clerk, 'completeAssessment')).toBe(2)
    await vi.waitFor(async () => expect(await readyz()).toBe(200), patience)
    await plain.stop()
  })

  it('nothing is ready where the only worker is of a build that is not current', async () => {
    const namespace = 'waiting'
    await client.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    })
    const temporal = new Client({ connection, namespace })
    const queue = { namespace, taskQueue: { name: taskQueue } }
    await vi.waitFor(() => client.workflowService.describeTaskQueue(queue), patience)
    const config = readConfig({})
    const { options, begin } = deploymentOf(config, today(), temporal)
    const workflowBundle = { codePath: today() }
    const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle, ...options })
    const lease = await keepLease(models, { namespace, buildId: buildIdOf(config, today()) })
    await worker.runUntil(async () => {
      await vi.waitFor(async () => {
        const { pollers } = await client.workflowService.describeTaskQueue(queue)
        expect(pollers).not.toEqual([])
      }, patience)
      expect(await readyz(temporal)).toBe(503)
      await begin()
      await vi.waitFor(async () => expect(await readyz(temporal)).toBe(200), patience)
    })
    await lease.drop()
  })

  it('a build that nobody has seen cannot be given the work', async () => {
    await expect(makeCurrent(client, 'unheard-of', 0)).rejects.toThrow(/unheard-of/)
  })
})

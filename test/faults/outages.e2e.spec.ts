import { fork } from 'node:child_process'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { environment } from '../../server/config.ts'
import { saveFirstCalendar } from '../../api/calendars/calendars.ts'
import { calendarSource, readCalendar } from '../../server/editions.ts'
import { freePort } from '../../server/ports.ts'
import { people } from '../../local/demo/people.ts'
import { connectModels } from '../../models/index.ts'
import { projectRoot } from '../../server/root.ts'
import { prepareFiling, prepareProjects, type Underway } from './cases.ts'
import {
  createRecordingClient,
  type Attempt,
  type ApiRequest,
  type RecordingClient,
} from './recording-client.ts'
import { install, type Installation } from './installation.ts'
import { holdDown, partOf, portOf } from './processes.ts'
import { expectHonestAnswers, expectToldOnce } from './record.ts'

/** What a caller waits for at most: the deadlines of the calls to the engines, one after the other, and some air. */
const longestWait = 40_000
let installation: Installation
let client: RecordingClient
let projects: Underway[]

beforeAll(async () => {
  installation = await install()
  client = await createRecordingClient(installation)
  projects = await prepareProjects(client, 6, 0)
})
afterAll(() => installation.remove())

async function ask(path: string, baseUrl = installation.baseUrl) {
  const response = await fetch(`${baseUrl}${path}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function untilReady(): Promise<void> {
  await vi.waitFor(async () => expect(await ask('/readyz')).toMatchObject({ status: 200 }), {
    timeout: 90_000,
    interval: 200,
  })
}

async function expectAnswers(requests: ApiRequest[], status: number): Promise<void> {
  expectServed(await Promise.all(requests.map((request) => client.attempt(request))), status)
}

function expectServed(attempts: Attempt[], status: number): void {
  expectHonestAnswers(installation, attempts)
  expect(attempts.map((made) => made.status)).toEqual(attempts.map(() => status))
  expect(Math.max(...attempts.map(({ ms }) => ms))).toBeLessThan(longestWait)
}

function readings(round: Underway[]): ApiRequest[] {
  const paths = round.flatMap(({ id }) => [`/api/v1/projects/${id}`, `/api/v1/projects/${id}/history`])
  const lists = ['/projects', '/library', '/operations', '/operations/stuck'].map((path) => `/api/v1${path}`)
  const all = [...paths, ...lists]
  return all.map((path) => ({ method: 'GET', path, as: people.administrator }))
}

/** Takes an engine away, looks, gives it back, and has every event that was refused sent again. */
async function during(take: () => () => void, round: Underway[], look: () => Promise<void>): Promise<void> {
  const giveBack = take()
  try {
    await look()
  } finally {
    giveBack()
  }
  await untilReady()
  for (const { next } of round) await client.expectOk(next)
  await expectToldOnce(installation, client, round)
}

/** An engine that is there but does not move, as on a disk that has stopped answering. */
function freeze(command: number, engine: 'MongoDB' | 'Temporal'): () => void {
  const { pid } = partOf(command, engine)
  process.kill(pid, 'SIGSTOP')
  return () => process.kill(pid, 'SIGCONT')
}

describe('while an engine is away', () => {
  it.each([
    ['is gone', holdDown],
    ['does not move', freeze],
  ] as const)('/readyz names a MongoDB that %s, and calls are answered 503', async (how, take) => {
    const round = how === 'is gone' ? projects.slice(0, 2) : projects.slice(2, 4)
    const filing = await prepareFiling(client, 100)
    await during(
      () => take(installation.run.pid, 'MongoDB'),
      round,
      async () => {
        // A process that is told to stand still may answer once more.
        await vi.waitFor(
          async () =>
            expect(await ask('/readyz')).toMatchObject({ status: 503, body: { missing: ['mongodb'] } }),
          { timeout: 30_000 },
        )
        expect(await ask('/healthz')).toMatchObject({ status: 200 })
        await expectAnswers([filing, ...round.map(({ next }) => next), ...readings(round)], 503)
      },
    )
  })

  it('/readyz names a Temporal that is gone, reading goes on, and events are answered 503', async () => {
    const round = projects.slice(4)
    const filing = await prepareFiling(client, 101)
    await during(
      () => holdDown(installation.run.pid, 'Temporal'),
      round,
      async () => {
        const { status, body } = await ask('/readyz')
        expect([status, body['missing']]).toEqual([503, ['temporal', 'worker']])
        expect(await ask('/healthz')).toMatchObject({ status: 200 })
        await expectAnswers(readings(round), 200)
        await expectAnswers([filing, ...round.map(({ next }) => next)], 503)
      },
    )
  })
})

describe('a worker that has never come', () => {
  it('is named by /readyz, and a filing is answered 503 instead of waiting for it', async () => {
    const temporalAddress = `127.0.0.1:${portOf(partOf(installation.run.pid, 'Temporal'))}`
    await addNamespace(temporalAddress, 'idle')
    const port = await freePort()
    const mongo = portOf(partOf(installation.run.pid, 'MongoDB'))
    const mongoUri = `mongodb://127.0.0.1:${mongo}/idle?replicaSet=rs0`
    await keepFirstCalendar(mongoUri)
    const api = fork(join(projectRoot, 'dist', 'server', 'api.js'), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        ...environment,
        DATA_DIR: installation.dataDir,
        PORT: `${port}`,
        TEMPORAL_ADDRESS: temporalAddress,
        TEMPORAL_NAMESPACE: 'idle',
        MONGODB_URI: mongoUri,
      },
    })
    try {
      await new Promise((resolve, reject) => api.once('message', resolve).once('exit', reject))
      const baseUrl = `http://127.0.0.1:${port}`
      expect(await ask('/readyz', baseUrl)).toMatchObject({ status: 503, body: { missing: ['worker'] } })
      const idleClient = await createRecordingClient({ dataDir: installation.dataDir, baseUrl })
      const made = await idleClient.attempt(await prepareFiling(idleClient, 102))
      expectServed([made], 503)
    } finally {
      api.kill('SIGKILL')
    }
  })
})

/** A record in which there is a calendar, and nothing else. */
async function keepFirstCalendar(mongoUri: string): Promise<void> {
  const models = await connectModels(mongoUri)
  await saveFirstCalendar(models, readCalendar(), calendarSource)
  await models.connection.close()
}

/** Another namespace on the server, in which nobody works. */
async function addNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address })
  const retention = proto.temporal.api.workflowservice.v1.RegisterNamespaceRequest.fromObject({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 },
  })
  await connection.workflowService.registerNamespace(retention)
  await vi.waitFor(() => connection.workflowService.describeNamespace({ namespace }), { timeout: 30_000 })
  await connection.close()
}

import { devNull, tmpdir } from 'node:os'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js'
import { createActivities } from '../../activities/index.ts'
import { createCalendars, saveFirstCalendar } from '../../api/calendars/calendars.ts'
import { createEditions } from '../../api/editions/editions.ts'
import { createMetrics } from '../../api/http/metrics.ts'
import { createConnection } from 'mongoose'
import { createIndexes, createModels, type Models } from '../../models/index.ts'
import { createRecorder } from '../../models/recorder.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { openClock, type SimulatedClock } from './clock.ts'
import type { SimulationContext } from './index.ts'
import { taskQueue } from '../../workflows/contract.ts'
import type { Config } from '../../server/config.ts'
import { calendarSource, readCalendar } from '../../server/editions.ts'
import { onPort, runEngine, untilReady, type EngineProcess } from '../../local/engines/engine-process.ts'
import { startMongod } from '../../local/engines/mongod.ts'
import { mongod, temporalTestServer } from '../../local/engines/pins.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'
import { runWorker } from '../../server/run-worker.ts'

/** What a played year runs on. */
export type SimulationEngines = Pick<SimulationContext, 'deps' | 'clock'> & { stop: () => Promise<void> }

/** What the engines of a simulation need: `startMs` is the instant at which the played clock begins. */
export type EngineOptions = {
  config: Config
  edition: Edition
  startMs: number
  workflowBundle: string
  log: (line: string) => void
}

/**
 * Starts a MongoDB and a Temporal that skips time, in a folder of their own, with a worker and all that the API works with
 * in this process. `stop` ends everything and removes the folder, whatever had come up by then.
 */
export async function openSimulationEngines(options: EngineOptions): Promise<SimulationEngines> {
  const folder = mkdtempSync(join(tmpdir(), 'zhigai-simulation-'))
  const ending: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const stop = async () => {
    for (const end of ending.splice(0).toReversed()) await end()
  }
  try {
    return { ...(await start(options, folder, (end) => ending.push(end))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { config, edition, startMs, workflowBundle, log }: EngineOptions,
  folder: string,
  atEnd: (end: () => Promise<unknown>) => void,
) {
  const binaries = { cacheDir: config.cacheDir, log }
  const [mongodBinary, serverBinary] = await Promise.all([
    provideBinary(mongod, binaries),
    provideBinary(temporalTestServer, binaries),
  ])
  const database = await startMongod({ binary: mongodBinary, dataDir: folder, durable: false, log })
  atEnd(() => database.stop())
  const server = await startTestServer(serverBinary, log)
  atEnd(() => server.stop())
  // No write waits for a disk, but each for the majority: what is read to be on record is read as a majority has it.
  const writeConcern = { w: 'majority', journal: false } as const
  const models = createModels(await createConnection(database.uri, { writeConcern }).asPromise())
  atEnd(() => models.connection.close())
  await createIndexes(models)
  await saveFirstCalendar(models, readCalendar(), calendarSource)
  const connection = await connect(server.address)
  atEnd(() => connection.close())
  const temporal = new Client({ connection })
  const worker = await runWorker(
    { ...config, temporalAddress: server.address, temporalNamespace: 'default', mongodbUri: database.uri },
    {
      taskQueue,
      workflowBundle: { codePath: workflowBundle },
      activities: createActivities(models, temporal),
    },
    // The test server cannot do all that a server can, and a worker says so.
    { level: 'ERROR' },
  )
  atEnd(() => worker.stop())
  const clock = await openClock(connection, startMs)
  return { deps: dependenciesOf(models, edition, clock, temporal), clock }
}

/** What it takes to file and to decide; nobody signs in, for those who act are known. */
function dependenciesOf(
  models: Models,
  edition: Edition,
  clock: SimulatedClock,
  temporal: Client,
): SimulationContext['deps'] {
  return {
    models,
    recorder: createRecorder(models),
    temporal,
    editions: createEditions(models, [edition], readCalendar()),
    calendars: createCalendars(models),
    metrics: createMetrics(),
    now: clock.now,
    // What falls on one instant is done side by side, and costs one transaction.
    played: { clockOffset: clock.offset, spread: 0 },
  }
}

/** The server's own clock cannot be reached but through its test service, which Temporal's client shows to its test library alone. */
function connect(address: string): Promise<Connection> {
  const options = { address, [InternalConnectionOptionsSymbol]: { supportsTestService: true } }
  return Connection.connect(options)
}

function startTestServer(
  binary: string,
  log: (line: string) => void,
): Promise<EngineProcess & { address: string }> {
  return onPort(undefined, async (port) => {
    const engine = await runEngine({
      name: 'Temporal test server',
      binary,
      args: [String(port)],
      logFile: devNull,
      dataDir: undefined,
      log,
    })
    const address = `127.0.0.1:${port}`
    await untilReady(engine, async () => {
      const connection = await Connection.connect({ address, connectTimeout: 1000 })
      await connection.close()
      return true
    })
    return { ...engine, address }
  })
}

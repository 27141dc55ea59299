import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../../api/http/app.ts'
import { authenticateEmbedded } from '../../api/http/authentication.ts'
import { createCalendars, saveFirstCalendar } from '../../api/calendars/calendars.ts'
import type { Dependencies } from '../../api/dependencies.ts'
import { createEditions, saveEdition } from '../../api/editions/editions.ts'
import { createMetrics } from '../../api/http/metrics.ts'
import { createRollouts } from '../../api/calendars/rollouts.ts'
import { createHistoryStreams } from '../../api/history/stream.ts'
import { createInboxStreams } from '../../api/inbox/inbox-stream.ts'
import { createClient } from '../../local/client.ts'
import { readConfig } from '../../server/config.ts'
import { calendarSource, readCalendar, readEditionsInForce } from '../../server/editions.ts'
import type { InForce } from '../../policy/edition/in-force.ts'
import { createHttpServer } from '../../server/http-server.ts'
import { openIssuer } from '../../portal/issuer.ts'
import { correlateActivities, watchSteps } from '../../telemetry/activities.ts'
import { createRecorder } from '../../models/recorder.ts'
import { createLogger } from '../../telemetry/log.ts'
import { noTracing, type Tracing } from '../../telemetry/tracing.ts'
import { connectTemporal } from './engines.ts'
import { createHttp } from './http.ts'
import { openRecord } from './record.ts'
import { observedRuntime, quietRuntime } from './runtime.ts'
import { startWorker } from './worker.ts'

/** How a test has zhigai: where the native side can be scraped, what traces, who reads the log. */
export type Watching = {
  metricsAddress?: string
  tracing?: Tracing
  onLine?: (line: string) => void
  /** The proxies that it believes. */
  proxies?: string[]
  limitsRate?: boolean
  /** Under which editions projects are filed. */
  inForce?: InForce
}

/** All of zhigai in this process, on real engines and a record of its own. */
export async function startZhigai({
  metricsAddress,
  tracing = noTracing,
  onLine,
  proxies = [],
  limitsRate = true,
  inForce = readEditionsInForce(readConfig().editions),
}: Watching = {}) {
  if (metricsAddress === undefined) quietRuntime()
  else await observedRuntime(metricsAddress)
  const [record, temporal, folder] = await Promise.all([
    openRecord({ monitorCommands: tracing.isOn }),
    connectTemporal(tracing.client),
    mkdtemp(join(tmpdir(), 'zhigai-issuer-')),
  ])
  const { models } = record
  tracing.watch(models.connection)
  const [issuer, worker] = await Promise.all([
    openIssuer(folder),
    startWorker(
      models,
      undefined,
      tracing.client,
      [...tracing.activities, correlateActivities()],
      watchSteps(Date.now),
    ),
    ...inForce.map((edition) => saveEdition(models, edition)),
    saveFirstCalendar(models, readCalendar(), calendarSource),
  ])
  const editions = createEditions(models, inForce, readCalendar())
  const logger = onLine
    ? createLogger('trace', { write: onLine })
    : createLogger('error', { write: tellFaults })
  const inboxStreams = createInboxStreams({ models, editions, logger })
  const historyStreams = createHistoryStreams({ models, logger })
  const metrics = createMetrics()
  const deps: Dependencies = {
    models,
    recorder: createRecorder(models, metrics.watchSteps),
    temporal,
    editions,
    calendars: createCalendars(models),
    rollouts: createRollouts(models, temporal, { settleMs: 200 }),
    authenticate: authenticateEmbedded(issuer.jwks),
    logger,
    inboxStreams,
    historyStreams,
    keys: { dataDir: folder, suite: 'ed25519' },
    publicUrl: 'https://zhigai.example',
    proxies,
    limitsRate,
    allowPrivateAddresses: false,
    sendsMail: true,
    metrics,
    now: Date.now,
    jwks: issuer.jwks,
  }
  const door = await listen(deps)
  return {
    ...createHttp(door.origin, issuer),
    client: createClient(door.origin, issuer),
    origin: door.origin,
    deps,
    issuer,
    models,
    temporal: deps.temporal,
    worker,
    /** The issuer's keys, as they lie in its folder. */
    readKeys: () => readFile(join(folder, 'issuer.json'), 'utf8'),
    async stop() {
      await Promise.all([door.close(), inboxStreams.close(), historyStreams.close(), worker.stop()])
      await temporal.connection.close()
      await record.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Zhigai, as tests use it. */
export type Zhigai = Awaited<ReturnType<typeof startZhigai>>

/** Prints what the API did not expect; answers of 503 are logged too, and tests ask for some. */
function tellFaults(line: string): void {
  if (line.includes('unexpected error')) console.error(line)
}

/** Opens a door of its own on the loopback address. */
export async function listen(deps: Dependencies): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createHttpServer(
    buildApp(deps),
    { atMost: 3_000, perAddress: 3_000, proxies: deps.proxies },
    // A test that is slow to write to a kept connection does not meet its end.
    { times: { idleMs: 60_000 } },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

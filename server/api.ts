import type { Logger } from 'pino'
import { buildApp } from '../api/http/app.ts'
import { authenticateEmbedded, authenticateOpenId } from '../api/http/authentication.ts'
import { createCalendars } from '../api/calendars/calendars.ts'
import { createEditions } from '../api/editions/editions.ts'
import { createMetrics } from '../api/http/metrics.ts'
import type { Dependencies } from '../api/dependencies.ts'
import { repairOperations } from '../api/operations/operation-service.ts'
import { createSweeper } from '../operations/sweeper.ts'
import { repairAll } from './repairs.ts'
import { createRollouts } from '../api/calendars/rollouts.ts'
import { createHistoryStreams } from '../api/history/stream.ts'
import { createInboxStreams } from '../api/inbox/inbox-stream.ts'
import { createRecorder } from '../models/recorder.ts'
import { createLogger } from '../telemetry/log.ts'
import { usableKeys } from './audit-keys.ts'
import { runChild } from './child.ts'
import type { ReadyConfig } from './config.ts'
import { connectEngines, type Engines } from './connect.ts'
import { readCalendar, readEditionsInForce } from './editions.ts'
import { openOwnIssuer } from './key-faults.ts'
import { hasOwnEngines, lookAtRoom } from './room.ts'
import { createServing } from './serving.ts'

await runChild(async (config) => {
  const engines = await connectEngines(config, 'zhigai-api')
  const { models, temporal } = engines
  const editions = createEditions(models, readEditionsInForce(config.editions), readCalendar())
  const logger = createLogger(config.logLevel)
  const rollouts = createRollouts(models, temporal)
  const { inboxStreams, historyStreams } = streamsOf({ models, editions, logger })
  const { sweeper, ...recording } = recordingOf(config, engines, logger)
  const app = buildApp({
    ...recording,
    models,
    temporal,
    calendars: createCalendars(models),
    rollouts,
    editions,
    logger,
    inboxStreams,
    historyStreams,
    keys: await usableKeys(config),
    ...surroundingsOf(config),
    now: Date.now,
    isLeaving: () => serving.isLeaving(),
    ...(await signIn(config)),
  })
  const serving = createServing(app, config, { onDrop: tellDrops(logger) })
  await serving.open()
  void goOn({ sweeper, rollouts, models, temporal, logger, isLeaving: () => serving.isLeaving() })
  return {
    async leave() {
      // Where nobody can go elsewhere, nobody waits for callers to do so.
      if (config.drainMs === 0) return
      inboxStreams.leave()
      historyStreams.leave()
      await serving.leave(config.drainMs)
    },
    async stop() {
      await Promise.all([serving.close(), inboxStreams.close(), historyStreams.close(), sweeper.stop()])
      await engines.close()
    },
  }
})

/** The streams of inboxes and histories, of which nobody has opened one yet. */
function streamsOf(sources: Pick<Dependencies, 'models' | 'editions' | 'logger'>) {
  return { inboxStreams: createInboxStreams(sources), historyStreams: createHistoryStreams(sources) }
}

/** What puts steps on record, and measures it; a sweeper brings up what another process could not. */
function recordingOf(config: ReadyConfig, { models, temporal }: Engines, logger: Logger) {
  const watching = watchDisk(config)
  const recorder = createRecorder(models, watching.metrics.watchSteps)
  return { ...watching, recorder, sweeper: createSweeper({ models, temporal, recorder, logger }) }
}

/** How the installation is reached, how often, and what it may reach. */
function surroundingsOf({ publicUrl, connections, privateWebhooks, smtpUrl, limitsRate }: ReadyConfig) {
  return {
    publicUrl,
    proxies: connections.proxies,
    allowPrivateAddresses: privateWebhooks,
    sendsMail: smtpUrl !== undefined,
    limitsRate,
  }
}

/** Tokens come from the issuer that is set, else from the embedded one. */
async function signIn({ oidcIssuer, dataDir }: ReadyConfig) {
  if (oidcIssuer !== undefined) return { authenticate: authenticateOpenId(oidcIssuer), jwks: null }
  const { jwks } = await openOwnIssuer(dataDir)
  return { authenticate: authenticateEmbedded(jwks), jwks }
}

/** Metrics, and a look at the disk of the engines where `npm start` runs them. */
function watchDisk({ dataDir }: ReadyConfig): Pick<Dependencies, 'metrics' | 'room'> {
  if (!hasOwnEngines(dataDir)) return { metrics: createMetrics() }
  const room = async () => {
    const { free, lack } = await lookAtRoom(dataDir)
    return { free, isWritable: lack === undefined }
  }
  return { metrics: createMetrics(room), room }
}

type RepairDependencies = Pick<Dependencies, 'rollouts' | 'models' | 'temporal' | 'logger'> & {
  isLeaving: () => boolean
  sweeper: ReturnType<typeof createSweeper>
}

/** Starts again what was under way when a process died. */
function goOn({ rollouts, sweeper, ...dependencies }: RepairDependencies): Promise<void> {
  void sweeper.run()
  return repairAll([() => rollouts.repair(), () => repairOperations(dependencies)], dependencies)
}

/** Says that connections were closed because there are too many, once a minute at most. */
function tellDrops(logger: Dependencies['logger']): () => void {
  let isTold = false
  return () => {
    if (isTold) return
    isTold = true
    logger.warn('too many connections: more of them are closed, see MAX_CONNECTIONS')
    setTimeout(() => (isTold = false), 60_000).unref()
  }
}

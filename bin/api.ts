import { createServer } from 'node:http'
import { Client, Connection } from '@temporalio/client'
import { pino } from 'pino'
import { buildApp } from '../api/app.ts'
import { authenticateEmbedded, authenticateOpenId } from '../api/authentication.ts'
import { createCalendars } from '../api/calendars.ts'
import { createEditions } from '../api/editions.ts'
import { createMetrics } from '../api/metrics.ts'
import { createRollouts } from '../api/rollouts.ts'
import { createInboxStreams } from '../api/stream.ts'
import { openSigner } from '../audit/keys.ts'
import { connectModels } from '../models/index.ts'
import { openIssuer } from '../portal/issuer.ts'
import { runChild } from './child.ts'
import type { ReadyConfig } from './config.ts'
import { readCalendar, readCurrentEdition } from './editions.ts'

await runChild(async (config) => {
  const [models, connection] = await Promise.all([
    connectModels(config.mongodbUri),
    Connection.connect({ address: config.temporalAddress }),
  ])
  const temporal = new Client({ connection, namespace: config.temporalNamespace })
  const editions = createEditions(models, readCurrentEdition(), readCalendar())
  const logger = pino({ level: config.logLevel }, pino.destination(2))
  const rollouts = createRollouts(models, temporal)
  const inboxStreams = createInboxStreams({ models, editions, logger })
  const app = buildApp({
    models,
    temporal,
    calendars: createCalendars(models),
    rollouts,
    editions,
    logger,
    inboxStreams,
    signer: await openSigner({ dataDir: config.dataDir, suite: 'ed25519' }),
    publicUrl: config.publicUrl,
    allowPrivateAddresses: config.privateWebhooks,
    metrics: createMetrics(),
    now: Date.now,
    ...(await signIn(config)),
  })
  const server = createServer(app)
  await listen(server, config)
  void rollouts.repair().catch((err: unknown) => logger.error({ err }, 'rollouts were not repaired'))
  return {
    async stop() {
      await Promise.all([close(server), inboxStreams.close()])
      await connection.close()
      await models.connection.close()
    },
  }
})

/** Tokens come from the issuer that is set, else from the embedded one. */
async function signIn({ oidcIssuer, dataDir }: ReadyConfig) {
  if (oidcIssuer !== undefined) return { authenticate: authenticateOpenId(oidcIssuer), jwks: null }
  const { jwks } = await openIssuer(dataDir)
  return { authenticate: authenticateEmbedded(jwks), jwks }
}

function listen(server: ReturnType<typeof createServer>, { port, host }: ReadyConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** Answers what is under way, takes nothing new. */
function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { createActivities } from '../activities/index.ts'
import { connectModels } from '../models/index.ts'
import { createMailer } from '../notices/email.ts'
import { createPostman } from '../notices/postman.ts'
import { createWebhookCarrier } from '../notices/webhook.ts'
import { watchActivities } from '../telemetry/activities.ts'
import { createLogger, createTemporalLogger } from '../telemetry/log.ts'
import { startTracing } from '../telemetry/tracing.ts'
import { addressOf } from '../telemetry/worker-metrics.ts'
import { taskQueue } from '../workflows/contract.ts'
import { runChild } from './child.ts'
import { projectRoot } from './root.ts'
import { runWorker } from './run-worker.ts'

await runChild(async (config) => {
  const { smtpUrl, mailFrom, privateWebhooks, publicUrl, host, workerMetricsPort: port } = config
  const logger = createLogger(config.logLevel)
  const tracing = await startTracing(config.traceCollector, 'zhigai-worker')
  const [models, connection, metricsAddress] = await Promise.all([
    connectModels(config.mongodbUri, { monitorCommands: tracing.isOn }),
    Connection.connect({ address: config.temporalAddress }),
    port === undefined ? undefined : addressOf(host, port),
  ])
  tracing.watch(models.connection)
  const temporal = new Client({
    connection,
    namespace: config.temporalNamespace,
    interceptors: { workflow: tracing.client },
  })
  const worker = await runWorker(
    config,
    {
      taskQueue,
      workflowBundle: { codePath: join(projectRoot, 'dist', 'workflow-bundle.js') },
      activities: createActivities(models, temporal),
      interceptors: { activity: [...tracing.activities, watchActivities(Date.now)] },
    },
    { logger: createTemporalLogger(logger), metricsAddress },
  )
  const postman = createPostman({
    models,
    carriers: {
      email: smtpUrl === undefined ? null : createMailer(smtpUrl, mailFrom),
      webhook: createWebhookCarrier({ toPrivate: privateWebhooks }),
    },
    now: Date.now,
    publicUrl,
    logger,
  })
  void postman.run()
  return {
    async stop() {
      await Promise.all([worker.stop(), postman.stop()])
      await connection.close()
      await models.connection.close()
      await tracing.stop()
    },
  }
})

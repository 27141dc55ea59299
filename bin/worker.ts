import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { pino } from 'pino'
import { createActivities } from '../activities/index.ts'
import { createTroubleWatch } from '../activities/troubles.ts'
import { connectModels } from '../models/index.ts'
import { createMailer } from '../notices/email.ts'
import { createPostman } from '../notices/postman.ts'
import { createWebhookCarrier } from '../notices/webhook.ts'
import { taskQueue } from '../workflows/contract.ts'
import { runChild } from './child.ts'
import { projectRoot } from './root.ts'
import { runWorker } from './run-worker.ts'

await runChild(async (config) => {
  const [models, connection] = await Promise.all([
    connectModels(config.mongodbUri),
    Connection.connect({ address: config.temporalAddress }),
  ])
  const temporal = new Client({ connection, namespace: config.temporalNamespace })
  const worker = await runWorker(config, {
    taskQueue,
    workflowBundle: { codePath: join(projectRoot, 'dist', 'workflow-bundle.js') },
    activities: createActivities(models, temporal),
    interceptors: { activity: [createTroubleWatch(models)] },
  })
  const { smtpUrl, mailFrom, privateWebhooks, publicUrl, logLevel } = config
  const postman = createPostman({
    models,
    carriers: {
      email: smtpUrl === undefined ? null : createMailer(smtpUrl, mailFrom),
      webhook: createWebhookCarrier({ toPrivate: privateWebhooks }),
    },
    now: Date.now,
    publicUrl,
    logger: pino({ level: logLevel }, pino.destination(2)),
  })
  void postman.run()
  return {
    async stop() {
      await Promise.all([worker.stop(), postman.stop()])
      await connection.close()
      await models.connection.close()
    },
  }
})

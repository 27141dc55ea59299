import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { createActivities } from '../activities/index.ts'
import { connectModels } from '../models/index.ts'
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
  })
  return {
    async stop() {
      await worker.stop()
      await connection.close()
      await models.connection.close()
    },
  }
})

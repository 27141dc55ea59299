import { join } from 'node:path'
import { createActivities } from '../activities/index.ts'
import { connectModels } from '../models/index.ts'
import { taskQueue } from '../workflows/contract.ts'
import { runChild } from './child.ts'
import { projectRoot } from './root.ts'
import { runWorker } from './run-worker.ts'

await runChild(async (config) => {
  const models = await connectModels(config.mongodbUri)
  const worker = await runWorker(config, {
    taskQueue,
    workflowBundle: { codePath: join(projectRoot, 'dist', 'workflow-bundle.js') },
    activities: createActivities(models),
  })
  return {
    async stop() {
      await worker.stop()
      await models.connection.close()
    },
  }
})

import { join } from 'node:path'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createActivities } from '../activities/index.ts'
import { connectModels } from '../models/index.ts'
import { taskQueue } from '../workflows/contract.ts'
import { runChild } from './child.ts'
import { projectRoot } from './root.ts'

await runChild(async (config) => {
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
    shutdownSignals: [],
  })
  const [models, connection] = await Promise.all([
    connectModels(config.mongodbUri),
    NativeConnection.connect({ address: config.temporalAddress }),
  ])
  const worker = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue,
    workflowBundle: { codePath: join(projectRoot, 'dist', 'workflow-bundle.js') },
    activities: createActivities(models),
    shutdownGraceTime: '5 seconds',
    ...(config.workflowCache !== undefined && { maxCachedWorkflows: config.workflowCache }),
  })
  const running = worker.run()
  return {
    async stop() {
      worker.shutdown()
      await running
      await connection.close()
      await models.connection.close()
    },
  }
})

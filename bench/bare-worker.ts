import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { runChild } from '../bin/child.ts'
import { bareQueue } from './bare-queue.ts'

await runChild(async (config) => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    shutdownSignals: [],
  })
  const connection = await NativeConnection.connect({ address: config.temporalAddress })
  const worker = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: bareQueue,
    workflowBundle: { codePath: process.argv[2] ?? '' },
    ...(config.workflowCache !== undefined && { maxCachedWorkflows: config.workflowCache }),
  })
  const running = worker.run()
  return {
    async stop() {
      worker.shutdown()
      await running
      await connection.close()
    },
  }
})

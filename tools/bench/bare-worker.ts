import { runChild } from '../../server/child.ts'
import { runWorker } from '../../server/run-worker.ts'
import { bareQueue } from './bare-queue.ts'

await runChild((config) =>
  runWorker(config, { taskQueue: bareQueue, workflowBundle: { codePath: process.argv[2] ?? '' } }),
)

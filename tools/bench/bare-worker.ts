import { runChild } from '../../bin/child.ts'
import { runWorker } from '../../bin/run-worker.ts'
import { bareQueue } from './bare-queue.ts'

await runChild((config) =>
  runWorker(config, { taskQueue: bareQueue, workflowBundle: { codePath: process.argv[2] ?? '' } }),
)

import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker'
import { unheard } from '../evidence/archive/replay-checker.ts'
import { runtimeOptions, type Voice } from '../telemetry/worker-metrics.ts'
import { taskTimeout } from '../workflows/contract.ts'
import type { Running } from './child.ts'
import type { ReadyConfig } from './config.ts'

/** Runs a worker as this process's own: quiet but for warnings, or for errors alone, ended by `stop` alone and not by signals of its own. */
export async function runWorker(
  config: ReadyConfig,
  options: Pick<
    WorkerOptions,
    'taskQueue' | 'workflowBundle' | 'activities' | 'interceptors' | 'workerDeploymentOptions'
  >,
  voice: Voice = {},
): Promise<Running> {
  Runtime.install(runtimeOptions(voice))
  const connection = await NativeConnection.connect({ address: config.temporalAddress })
  const worker = await Worker.create({
    ...options,
    sinks: unheard,
    connection,
    namespace: config.temporalNamespace,
    shutdownGraceTime: '5 seconds',
    // What waits for a worker that was killed goes to the next.
    stickyQueueScheduleToStartTimeout: taskTimeout,
    // Whoever takes over a job from a worker that was killed repeats this much of it and no more.
    maxHeartbeatThrottleInterval: '500 milliseconds',
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
}

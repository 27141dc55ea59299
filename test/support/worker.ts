import { Client, type WorkflowClientInterceptor } from '@temporalio/client'
import { NativeConnection, Worker, type ActivityInterceptorsFactory } from '@temporalio/worker'
import { createActivities } from '../../activities/index.ts'
import { unheard } from '../../evidence/archive/replay-checker.ts'
import { createFailureWatch } from '../../activities/activity-failures.ts'
import type { Models } from '../../models/index.ts'
import type { StepWatch } from '../../models/recorder.ts'
import { keepLease } from '../../operations/worker-lease.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { engines } from './engines.ts'

/** Starts a worker on the server that keeps real time, or on another; it may be stopped more than once. */
export async function startWorker(
  models: Models,
  elsewhere?: NativeConnection,
  interceptors: WorkflowClientInterceptor[] = [],
  activity: ActivityInterceptorsFactory[] = [],
  watch?: StepWatch,
) {
  const { temporalAddress: address, workflowBundle: codePath, namespace: own } = engines()
  const namespace = elsewhere ? 'default' : own
  const connection = elsewhere ?? (await NativeConnection.connect({ address }))
  const temporal = new Client({
    connection,
    namespace,
    identity: 'test',
    interceptors: { workflow: interceptors },
  })
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: { codePath },
    activities: createActivities(models, temporal, undefined, watch),
    interceptors: { activity: [...activity, createFailureWatch(models)] },
    sinks: unheard,
    identity: 'test',
  })
  const running = worker.run()
  const lease = await keepLease(models, { namespace, buildId: undefined })
  let stopping: Promise<void> | undefined
  const end = async () => {
    await lease.drop()
    worker.shutdown()
    await running
    if (!elsewhere) await connection.close()
  }
  return { stop: () => (stopping ??= end()) }
}

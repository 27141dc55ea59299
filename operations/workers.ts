import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'
import { dateOf } from './described.ts'

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType
const versioned = proto.temporal.api.enums.v1.WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED

/** What workers ask a queue for. */
export type Work = 'workflow' | 'activity'

const queueTypes = {
  workflow: TASK_QUEUE_TYPE_WORKFLOW,
  activity: TASK_QUEUE_TYPE_ACTIVITY,
} as const satisfies Record<Work, unknown>

/** The longest that a worker's poll may be old: a poll is open for a minute. */
const pollWithinMs = 75_000

/** When workers of the current build have last asked a queue for tasks, which no others get; null if Temporal knows of no such poll. */
export async function lastPoll(temporal: Client, queue: string, work: Work): Promise<Date | null> {
  const { pollers, current } = await describeQueue(temporal, queue, work)
  const polls = pollers
    .filter((poller) => buildOf(poller) === current)
    .flatMap(({ lastAccessTime }) => dateOf(lastAccessTime)?.getTime() ?? [])
  return polls.length > 0 ? new Date(Math.max(...polls)) : null
}

/** The build that gets the work of a queue; undefined where workers that tell none get it. */
export async function findCurrentBuild(temporal: Client, queue: string): Promise<string | undefined> {
  return (await describeQueue(temporal, queue, 'workflow')).current
}

async function describeQueue(temporal: Client, queue: string, work: Work) {
  const { pollers, versioningInfo } = await temporal.workflowService.describeTaskQueue({
    namespace: temporal.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: queueTypes[work],
  })
  return { pollers, current: versioningInfo?.currentDeploymentVersion?.buildId ?? undefined }
}

/** Whether somebody whose last poll that was still takes tasks at an instant (milliseconds since 1970). */
export function takesTasks(last: Date | null, nowMs: number): boolean {
  return last !== null && last.getTime() > nowMs - pollWithinMs
}

/** The build that a poller works under; none, if it tells nobody. */
function buildOf({
  deploymentOptions,
}: proto.temporal.api.taskqueue.v1.IPollerInfo): string | null | undefined {
  return deploymentOptions?.workerVersioningMode === versioned ? deploymentOptions.buildId : undefined
}

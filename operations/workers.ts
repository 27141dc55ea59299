import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType

/** The build that gets the work of a queue; undefined where workers that tell none get it. */
export async function findCurrentBuild(temporal: Client, queue: string): Promise<string | undefined> {
  const { versioningInfo } = await temporal.workflowService.describeTaskQueue({
    namespace: temporal.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  })
  return versioningInfo?.currentDeploymentVersion?.buildId ?? undefined
}

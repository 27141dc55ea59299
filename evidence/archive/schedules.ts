import {
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  type Workflow,
} from '@temporalio/client'
import { startOptions } from '../../workflows/contract.ts'
import {
  jobTimes,
  scheduledJobWorkflowType,
  scheduledJobWorkflowId,
  type ScheduledJob,
} from '../../workflows/contract-scheduled-job.ts'

const unimplemented = /^12 UNIMPLEMENTED/
/** How long closed runs must be kept by Temporal, at the least: a weekend on which nobody works. */
const leastDays = 3

/**
 * Makes the schedule of every job, or brings it up to date; one that an operator has paused stays so. What has been closed
 * while no worker was there is kept at once, before Temporal's retention may remove it.
 */
export async function ensureSchedules(temporal: Client): Promise<void> {
  for (const job of Object.keys(jobTimes) as ScheduledJob[]) {
    const options = scheduleOf(job)
    try {
      await temporal.schedule.create(options)
    } catch (error) {
      // The server that skips time has none.
      if (isUnimplemented(error)) return
      if (!(error instanceof ScheduleAlreadyRunning)) throw error
      await temporal.schedule.getHandle(options.scheduleId).update(({ state }) => ({ ...options, state }))
    }
  }
  const archive = temporal.schedule.getHandle(scheduledJobWorkflowId('archive'))
  const { state } = await archive.describe()
  if (!state.paused) await archive.trigger(ScheduleOverlapPolicy.SKIP)
}

function isUnimplemented(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return isGrpcServiceError(cause) && unimplemented.test(cause.message)
}

function scheduleOf(job: ScheduledJob): ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>> {
  const { at, catchUp } = jobTimes[job]
  const timezone = 'Asia/Shanghai'
  return {
    scheduleId: scheduledJobWorkflowId(job),
    spec: { timezone, ...('every' in at ? { intervals: [{ every: at.every }] } : { calendars: [at] }) },
    action: {
      type: 'startWorkflow',
      workflowType: scheduledJobWorkflowType,
      workflowId: scheduledJobWorkflowId(job),
      ...startOptions,
      args: [{ job }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchUp },
  }
}

/** A sentence if Temporal forgets closed runs so early that an outage of the archive would lose them; else null. */
export async function retentionWarning(temporal: Client): Promise<string | null> {
  const { namespace } = temporal.options
  const { config } = await temporal.workflowService.describeNamespace({ namespace })
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0)
  if (seconds === 0 || seconds >= leastDays * 86_400) return null
  const hours = Math.round(seconds / 360) / 10
  return `命名空间 ${namespace} 的历史只保留${hours}小时，应不少于${leastDays}天 · the namespace ${namespace} keeps closed runs for ${hours} h only; ${leastDays} days are the least, or an outage of the archive loses histories`
}

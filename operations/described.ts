import { WorkflowNotFoundError, type Client } from '@temporalio/client'

/** An activity that is pending in a run: how often it was tried, since when, and what went wrong last. */
export type PendingActivity = {
  id: string
  type: string
  attempt: number
  since: Date | null
  error: string | null
}

/** What Temporal says of the latest run of a workflow. */
export type Described = {
  runId: string
  isRunning: boolean
  isCompleted: boolean
  /** The operation that started it, if one did. */
  operation: string | null
  task: { attempt: number; since: Date | null } | null
  activities: PendingActivity[]
}

type Stamp = { seconds?: { toNumber(): number } | number | null } | null | undefined

/** Describes the latest run of a workflow; null if Temporal knows of none. */
export async function describeRun(temporal: Client, workflowId: string): Promise<Described | null> {
  try {
    const { runId, status, memo, raw } = await temporal.workflow.getHandle(workflowId).describe()
    const { pendingWorkflowTask: task, pendingActivities } = raw
    return {
      runId,
      isRunning: status.name === 'RUNNING',
      isCompleted: status.name === 'COMPLETED',
      operation: typeof memo?.['operation'] === 'string' ? memo['operation'] : null,
      task: task
        ? {
            attempt: task.attempt ?? 1,
            since: dateOf(task.originalScheduledTime ?? task.scheduledTime),
          }
        : null,
      activities: (pendingActivities ?? []).map(
        ({ activityId, activityType, attempt, scheduledTime, lastFailure }) => ({
          id: activityId ?? '',
          type: activityType?.name ?? '',
          attempt: attempt ?? 1,
          since: dateOf(scheduledTime),
          error: shortened(lastFailure?.cause?.message ?? lastFailure?.message),
        }),
      ),
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** Why the workflow task of a run failed last; null if it did not. */
export async function findTaskFailure(
  temporal: Client,
  workflowId: string,
  runId: string,
): Promise<string | null> {
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 5,
  })
  const failed = history?.events?.find((event) => event.workflowTaskFailedEventAttributes)
  return shortened(failed?.workflowTaskFailedEventAttributes?.failure?.message)
}

const atOnce = 10

/** Asks about each of a page, a few at a time, in order. */
export async function askEach<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (let at = 0; at < items.length; at += atOnce)
    answers.push(...(await Promise.all(items.slice(at, at + atOnce).map(ask))))
  return answers
}

/** The instant of a timestamp of Temporal's. */
export function dateOf(stamp: Stamp): Date | null {
  const seconds = Number(stamp?.seconds ?? 0)
  return seconds > 0 ? new Date(seconds * 1000) : null
}

/** An error's message as it is shown: its first 300 characters. */
export function shortened(message: string | null | undefined): string | null {
  return message ? message.slice(0, 300) : null
}

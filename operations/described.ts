import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { optionalTsToDate } from '@temporalio/common/lib/time.js'
import pMap from 'p-map'

/** An activity that is pending in a run: how often it was tried, and what went wrong last. */
export type PendingActivity = {
  id: string
  type: string
  attempt: number
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
      activities: (pendingActivities ?? []).map(({ activityId, activityType, attempt, lastFailure }) => ({
        id: activityId ?? '',
        type: activityType?.name ?? '',
        attempt: attempt ?? 1,
        error: shortened(lastFailure?.cause?.message ?? lastFailure?.message),
      })),
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** Since when the workflow task of a run fails, and why it failed last; the events before are not looked at. */
export async function findTaskFailure(
  temporal: Client,
  workflowId: string,
  runId: string,
): Promise<{ error: string | null; since?: Date | null }> {
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: eventsRead,
  })
  const events = history?.events ?? []
  const done = events.findIndex((event) => event.workflowTaskCompletedEventAttributes)
  const row = events
    .slice(0, done < 0 ? undefined : done)
    .filter((event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes)
  const first = row.at(-1)
  const failed = row.find((event) => event.workflowTaskFailedEventAttributes)
  const error = shortened(failed?.workflowTaskFailedEventAttributes?.failure?.message)
  return { error, ...(first && { since: dateOf(first.eventTime) }) }
}

/** Of a row of failures Temporal writes down the first; after it come at most the events that waited for the task. */
const eventsRead = 50

/** Asks about each of a page, a few at a time, in order. */
export function askEach<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  return pMap(items, ask, { concurrency: 10 })
}

/** The instant of a timestamp of Temporal's. */
export function dateOf(stamp: Parameters<typeof optionalTsToDate>[0]): Date | null {
  const date = optionalTsToDate(stamp)
  return date && date.getTime() > 0 ? date : null
}

/** An error's message as it is shown: its first 300 characters. */
export function shortened(message: string | null | undefined): string | null {
  return message ? message.slice(0, 300) : null
}

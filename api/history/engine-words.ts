import proto from '@temporalio/proto'
import { tsToMs } from '@temporalio/common/lib/time.js'
import type { EngineEvent } from '../../evidence/archive/events.ts'
import type { Words } from '../../policy/edition/edition.ts'

const { EventType, RetryState, TimeoutType, WorkflowTaskFailedCause } = proto.temporal.api.enums.v1

/** What is told of the engine beside the type of an event: names, numbers, the words of a failure; never a payload. */
export type EngineDetails = Record<string, string | number>

/** What each type of event is called. */
const labels: Record<string, Words> = {
  WORKFLOW_EXECUTION_STARTED: { zh: '运行开始', en: 'run started' },
  WORKFLOW_EXECUTION_CONTINUED_AS_NEW: { zh: '由新的运行接续', en: 'run continued by a new one' },
  WORKFLOW_EXECUTION_COMPLETED: { zh: '运行结束', en: 'run completed' },
  WORKFLOW_EXECUTION_FAILED: { zh: '运行失败', en: 'run failed' },
  WORKFLOW_EXECUTION_TIMED_OUT: { zh: '运行超时', en: 'run timed out' },
  WORKFLOW_EXECUTION_CANCELED: { zh: '运行取消', en: 'run cancelled' },
  WORKFLOW_EXECUTION_TERMINATED: { zh: '运行被终止', en: 'run terminated' },
  WORKFLOW_EXECUTION_SIGNALED: { zh: '收到信号', en: 'signal received' },
  WORKFLOW_EXECUTION_UPDATE_ADMITTED: { zh: '请求已收到', en: 'update admitted' },
  WORKFLOW_EXECUTION_UPDATE_ACCEPTED: { zh: '请求已受理', en: 'update accepted' },
  WORKFLOW_EXECUTION_UPDATE_REJECTED: { zh: '请求被拒绝', en: 'update rejected' },
  WORKFLOW_EXECUTION_UPDATE_COMPLETED: { zh: '请求已办结', en: 'update completed' },
  WORKFLOW_TASK_FAILED: { zh: '流程步骤失败', en: 'workflow task failed' },
  WORKFLOW_TASK_TIMED_OUT: { zh: '流程步骤超时', en: 'workflow task timed out' },
  ACTIVITY_TASK_SCHEDULED: { zh: '安排动作', en: 'activity scheduled' },
  ACTIVITY_TASK_STARTED: { zh: '动作开始', en: 'activity started' },
  ACTIVITY_TASK_COMPLETED: { zh: '动作完成', en: 'activity completed' },
  ACTIVITY_TASK_FAILED: { zh: '动作失败', en: 'activity failed' },
  ACTIVITY_TASK_TIMED_OUT: { zh: '动作超时', en: 'activity timed out' },
  ACTIVITY_TASK_CANCEL_REQUESTED: { zh: '要求取消动作', en: 'activity to be cancelled' },
  ACTIVITY_TASK_CANCELED: { zh: '动作取消', en: 'activity cancelled' },
  TIMER_STARTED: { zh: '定时开始', en: 'timer started' },
  TIMER_FIRED: { zh: '定时到时', en: 'timer fired' },
  TIMER_CANCELED: { zh: '定时取消', en: 'timer cancelled' },
  MARKER_RECORDED: { zh: '版本标记', en: 'marker recorded' },
  PENDING_ACTIVITY: { zh: '动作未完成', en: 'activity not done yet' },
  PENDING_WORKFLOW_TASK: { zh: '流程步骤反复失败', en: 'workflow task fails again and again' },
  RUN_DAMAGED: { zh: '运行历史的存档已损坏', en: 'the archived history of this run is damaged' },
  RUN_LOST: { zh: '运行历史已丢失', en: 'the history of this run is lost' },
  ENGINE_UNAVAILABLE: { zh: '流程引擎暂时无法读取', en: 'the engine cannot be read now' },
}

/** What comes with every step and says nothing of it. */
const silent: ReadonlySet<string> = new Set([
  'WORKFLOW_TASK_SCHEDULED',
  'WORKFLOW_TASK_STARTED',
  'WORKFLOW_TASK_COMPLETED',
])

/** Whether an event is told. */
export function isShown(type: string): boolean {
  return !silent.has(type)
}

/** What a type is called; one that we do not know, by itself. */
export function labelOf(type: string): Words {
  return labels[type] ?? { zh: type, en: type }
}

/** The type of an event, such as `TIMER_FIRED`. */
export function nameOfType({ eventType }: EngineEvent): string {
  return (EventType[eventType ?? 0] ?? 'UNSPECIFIED').replace('EVENT_TYPE_', '')
}

type Failure = { message?: string | null; cause?: Failure | null } | null | undefined

/** What is told of an event beside its type. */
export function detailsOf(event: EngineEvent): EngineDetails {
  return {
    ...ofRuns(event),
    ...ofActivities(event),
    ...ofTimers(event),
    ...ofUpdates(event),
    ...ofWorkflowTasks(event),
  }
}

/** The words of a failure and of what is behind it, no longer than a line; nothing if there is none. */
export function failureWords(failure: Failure): EngineDetails {
  const words: string[] = []
  for (let each = failure; each; each = each.cause) if (each.message) words.push(each.message)
  return words.length > 0 ? { failure: words.join(': ').slice(0, 500) } : {}
}

function ofRuns(event: EngineEvent): EngineDetails {
  const started = event.workflowExecutionStartedEventAttributes
  const continued = event.workflowExecutionContinuedAsNewEventAttributes
  const terminated = event.workflowExecutionTerminatedEventAttributes
  return given({
    continuedFrom: started?.continuedExecutionRunId,
    continuedBy: continued?.newExecutionRunId,
    reason: terminated?.reason,
    ...failureWords(event.workflowExecutionFailedEventAttributes?.failure),
  })
}

function ofActivities(event: EngineEvent): EngineDetails {
  const scheduled = event.activityTaskScheduledEventAttributes
  const started = event.activityTaskStartedEventAttributes
  const failed = event.activityTaskFailedEventAttributes
  const timedOut = event.activityTaskTimedOutEventAttributes
  const of = started ?? event.activityTaskCompletedEventAttributes ?? failed ?? timedOut
  const retry = (failed ?? timedOut)?.retryState
  return given({
    activity: scheduled?.activityType?.name,
    scheduled: of && Number(of.scheduledEventId),
    attempt: started?.attempt,
    retry: retry && RetryState[retry]?.replace('RETRY_STATE_', ''),
    ...failureWords(started?.lastFailure ?? failed?.failure ?? timedOut?.failure),
  })
}

function ofTimers(event: EngineEvent): EngineDetails {
  const started = event.timerStartedEventAttributes
  const timer = started ?? event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes
  return given({
    timer: timer?.timerId,
    seconds: started?.startToFireTimeout ? tsToMs(started.startToFireTimeout) / 1000 : undefined,
  })
}

function ofUpdates(event: EngineEvent): EngineDetails {
  const accepted = event.workflowExecutionUpdateAcceptedEventAttributes
  const completed = event.workflowExecutionUpdateCompletedEventAttributes
  const rejected = event.workflowExecutionUpdateRejectedEventAttributes
  const request = accepted?.acceptedRequest ?? rejected?.rejectedRequest
  return given({
    update: request?.input?.name,
    command: request?.meta?.updateId ?? completed?.meta?.updateId,
    accepted: completed && Number(completed.acceptedEventId),
    ...failureWords(completed?.outcome?.failure ?? rejected?.failure),
  })
}

function ofWorkflowTasks(event: EngineEvent): EngineDetails {
  const failed = event.workflowTaskFailedEventAttributes
  const timedOut = event.workflowTaskTimedOutEventAttributes
  return given({
    cause: failed?.cause && WorkflowTaskFailedCause[failed.cause]?.replace('WORKFLOW_TASK_FAILED_CAUSE_', ''),
    timeout: timedOut?.timeoutType && TimeoutType[timedOut.timeoutType]?.replace('TIMEOUT_TYPE_', ''),
    ...failureWords(failed?.failure),
  })
}

/** Without what is not there; a name that is empty is none. */
function given(details: Record<string, string | number | null | undefined>): EngineDetails {
  const known = Object.entries(details).filter(
    (entry): entry is [string, string | number] =>
      entry[1] !== null && entry[1] !== undefined && entry[1] !== '',
  )
  return Object.fromEntries(known)
}

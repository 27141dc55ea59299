import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { Calendars } from '../policy/calendar.ts'
import type { Telling } from '../policy/notice.ts'
import type { Adoption, ProjectInput, StepRecord } from '../workflows/contract.ts'

const { EventType } = proto.temporal.api.enums.v1

/** The history of one run as Temporal tells it. */
export type History = proto.temporal.api.history.v1.IHistory
/** One event of it. */
export type EngineEvent = proto.temporal.api.history.v1.IHistoryEvent

/** A history that is not what a project's workflow leaves: which run, and what is wrong with it. */
export class BrokenHistory extends Error {
  override name = 'BrokenHistory'
}

/** How a run ended: the type of its last event and its instant. */
export type Closing = { end: string; closedAt: Date }

const closings = [
  'workflowExecutionCompletedEventAttributes',
  'workflowExecutionFailedEventAttributes',
  'workflowExecutionTimedOutEventAttributes',
  'workflowExecutionCanceledEventAttributes',
  'workflowExecutionTerminatedEventAttributes',
  'workflowExecutionContinuedAsNewEventAttributes',
] as const satisfies (keyof EngineEvent)[]

/** How a run ended, null while it is open. Throws `BrokenHistory` if an event is missing. */
export function closingOf({ events }: History, runId: string): Closing | null {
  const all = events ?? []
  const gap = all.findIndex(({ eventId }, index) => Number(eventId) !== index + 1)
  if (all.length === 0 || gap >= 0) throw new BrokenHistory(`run ${runId} has no event ${gap + 1 || 1}`)
  const last = all.at(-1) ?? {}
  if (!closings.some((attributes) => last[attributes])) return null
  const type = EventType[last.eventType ?? 0] ?? ''
  return { end: type.replace(/^EVENT_TYPE_/, ''), closedAt: instantOf(last) }
}

/** The instant of an event. */
export function instantOf({ eventTime }: EngineEvent): Date {
  return new Date(Number(eventTime?.seconds ?? 0) * 1000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000))
}

/** The run that goes on where a history ends; null if none does. */
export function successorOf({ events }: History): string | null {
  return events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId || null
}

/** What a history says that bears on the record; `done` once the record must show it. */
export type Told =
  | { kind: 'step'; step: StepRecord; certificate: string | null; done: boolean }
  | { kind: 'telling'; telling: Telling; done: boolean }
  | { kind: 'versions'; versions: Calendars['versions']; done: boolean }
  | { kind: 'edition'; input: Pick<ProjectInput, 'edition' | 'editionHash'>; done: true }

/** A rollout writes on the project by which versions it counts within this time after the project took them. */
const rolloutMs = 15 * 60_000

/** What a run's history says, in its order. Throws `BrokenHistory` for steps of a version that made no chain. */
export function toldBy({ events }: History, now: Date): Told[] {
  const completed = new Map((events ?? []).flatMap(completionOf))
  return (events ?? []).flatMap((event): Told[] => {
    const scheduled = event.activityTaskScheduledEventAttributes
    if (scheduled) return activityTold(scheduled, completed.get(Number(event.eventId)))
    const started = event.workflowExecutionStartedEventAttributes
    if (started) return inputTold(read<ProjectInput>(started.input?.payloads))
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input
    if (update?.name !== 'adoptCalendars') return []
    const { versions } = read<Adoption>(update.args?.payloads).calendars
    return [{ kind: 'versions', versions, done: now.getTime() - instantOf(event).getTime() > rolloutMs }]
  })
}

type Completion = NonNullable<EngineEvent['activityTaskCompletedEventAttributes']>

function completionOf({
  activityTaskCompletedEventAttributes: completed,
}: EngineEvent): [number, Completion][] {
  return completed ? [[Number(completed.scheduledEventId), completed]] : []
}

type Scheduled = NonNullable<EngineEvent['activityTaskScheduledEventAttributes']>

function activityTold({ activityType, input }: Scheduled, completed: Completion | undefined): Told[] {
  const done = completed !== undefined
  if (activityType?.name === 'tell')
    return [{ kind: 'telling', telling: read<Telling>(input?.payloads), done }]
  if (activityType?.name !== 'recordStep') return []
  const step = read<Omit<StepRecord, 'seal'> & Partial<StepRecord>>(input?.payloads)
  if (!step.seal) throw new BrokenHistory(`revision ${step.state.revision} of ${step.project} has no chain`)
  const certificate = completed
    ? read<{ certificate: string | null }>(completed.result?.payloads).certificate
    : null
  return [{ kind: 'step', step: { ...step, seal: step.seal }, certificate, done }]
}

function inputTold({ edition, editionHash, versions }: ProjectInput): Told[] {
  return [
    { kind: 'edition', input: { edition, editionHash }, done: true },
    ...(versions ? [{ kind: 'versions', versions, done: true } as const] : []),
  ]
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what lies in a payload is known by its event.
function read<T>(payloads: Payload[] | null | undefined): T {
  const [payload] = payloads ?? []
  if (!payload) throw new BrokenHistory('an event has no payload')
  return defaultPayloadConverter.fromPayload<T>(payload)
}

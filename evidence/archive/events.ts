import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { Calendars } from '../../policy/time/calendar.ts'
import type { NotificationBatch } from '../../policy/notices/notice.ts'
import type { OnRecord, StepRecord } from '../../models/step-record.ts'
import type { Adoption, Answer, Command, ProjectInput, Receipt } from '../../workflows/contract.ts'

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

/** The instant of an event; of a history that was read from JSON, too, where seconds are text and the SDK's own reading fails. */
export function instantOf({ eventTime }: EngineEvent): Date {
  return new Date(Number(eventTime?.seconds ?? 0) * 1000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000))
}

/** The run that goes on where a history ends; null if none does. */
export function successorOf({ events }: History): string | null {
  return events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId || null
}

/** What resets made of a run: the runs whose steps it took over, up to some point, and itself; the latest last. */
export function resetsOf({ events }: History): { base: string; run: string }[] {
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed?.newRunId ? [{ base: failed.baseRunId ?? '', run: failed.newRunId }] : [],
  )
}

/** The run whose history this is, as the history itself says. */
export function runIdOf(history: History): string | null {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
  return resetsOf(history).at(-1)?.run ?? started?.originalExecutionRunId ?? null
}

/**
 * What a project's workflow was given and did, as an event of its history has it. A step is told where somebody was first given
 * it to record; `isHeard` if the run has heard later that it is on record, a notification likewise. `heard` is how far the case
 * is on record, where an activity or a signal has told the run. A `receipt` is null while a command is not answered.
 */
export type DecodedEvent =
  | { kind: 'input'; at: Date; input: ProjectInput }
  | { kind: 'step'; at: Date; step: StepRecord; isHeard: boolean }
  | { kind: 'notification'; at: Date; batch: NotificationBatch; isHeard: boolean }
  | { kind: 'heard'; at: Date; onRecord: OnRecord }
  | { kind: 'command'; at: Date; command: Command; receipt: Receipt | null }
  | { kind: 'adoption'; at: Date; adoption: Adoption }

/** Decodes a history, in the order of its events. Throws `BrokenHistory` where an event has no payload. */
export function readHistory({ events }: History): DecodedEvent[] {
  const all = events ?? []
  const completed = new Map(all.flatMap(completionOf))
  const outcomes = new Map(all.flatMap(outcomeOf))
  const told = all.flatMap((event): Told[] => {
    const at = instantOf(event)
    const started = event.workflowExecutionStartedEventAttributes
    if (started) return [{ kind: 'input', at, input: read(started.input) }]
    const scheduled = event.activityTaskScheduledEventAttributes
    if (scheduled) return decodeActivity(scheduled, at, completed.get(Number(event.eventId)))
    const signaled = event.workflowExecutionSignaledEventAttributes
    if (signaled?.signalName === 'recorded') return [{ kind: 'heard', at, onRecord: read(signaled.input) }]
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest
    return request ? decodeUpdate(request, at, outcomes.get(request.meta?.updateId)) : []
  })
  return eachOnce(told)
}

type Told = Exclude<DecodedEvent, { kind: 'step' }> | { kind: 'step'; at: Date; step: StepRecord }

/** Tells each step of the run once, though whoever asked was given all that were not known to be on record. */
function eachOnce(told: Told[]): DecodedEvent[] {
  const heard = revisionHeard(told)
  let last = 0
  return told.flatMap((each): DecodedEvent[] => {
    if (each.kind === 'input') last = each.input.carried?.state.revision ?? 0
    if (each.kind !== 'step') return [each]
    const { revision } = each.step.state
    if (revision <= last) return []
    last = revision
    return [{ ...each, isHeard: revision <= heard }]
  })
}

/** The last revision of which a run has heard that it is on record; 0 if it has heard of none. */
export function revisionHeard(told: readonly Told[]): number {
  return Math.max(0, ...told.flatMap((each) => onRecordIn(each)?.revision ?? []))
}

/** The number of the case's certificate, as a run was told it; null if it was told none. */
export function numberTold(told: readonly DecodedEvent[]): string | null {
  const [number = null] = told.flatMap((each) => {
    const source = each.kind === 'input' ? each.input : onRecordIn(each)
    return source?.certificate ?? []
  })
  return number
}

function onRecordIn(told: Told): OnRecord | null {
  if (told.kind === 'command') return told.command.onRecord
  return told.kind === 'heard' ? told.onRecord : null
}

/** The input of the run whose history this is; null if there is none. */
export function inputOf({ events }: History): ProjectInput | null {
  const { input } = events?.[0]?.workflowExecutionStartedEventAttributes ?? {}
  return input?.payloads?.length ? read(input) : null
}

type Completion = NonNullable<EngineEvent['activityTaskCompletedEventAttributes']>

function completionOf({
  activityTaskCompletedEventAttributes: completed,
}: EngineEvent): [number, Completion][] {
  return completed ? [[Number(completed.scheduledEventId), completed]] : []
}

type Updated = NonNullable<EngineEvent['workflowExecutionUpdateCompletedEventAttributes']>

function outcomeOf({ workflowExecutionUpdateCompletedEventAttributes: completed }: EngineEvent) {
  return completed ? [[completed.meta?.updateId, completed] as const] : []
}

type Scheduled = NonNullable<EngineEvent['activityTaskScheduledEventAttributes']>

function decodeActivity({ activityType, input }: Scheduled, at: Date, completed?: Completion): Told[] {
  if (activityType?.name === 'notify')
    return [{ kind: 'notification', at, batch: read(input), isHeard: completed !== undefined }]
  if (activityType?.name !== 'recordSteps') return []
  const heard: Told[] = completed ? [{ kind: 'heard', at, onRecord: read(completed.result) }] : []
  return [...handed(read<StepRecord[]>(input), at), ...heard]
}

function handed(steps: StepRecord[], at: Date): Told[] {
  return steps.map((step) => ({ kind: 'step', at, step }))
}

type Request = NonNullable<
  NonNullable<EngineEvent['workflowExecutionUpdateAcceptedEventAttributes']>['acceptedRequest']
>

function decodeUpdate({ input }: Request, at: Date, completed?: Updated): Told[] {
  if (input?.name === 'adoptCalendars') return [{ kind: 'adoption', at, adoption: read(input.args) }]
  if (input?.name !== 'send' && input?.name !== 'filed') return []
  const success = completed?.outcome?.success
  const answer = success ? read<Answer>(success) : null
  const steps = handed(answer?.steps ?? [], at)
  if (input.name === 'filed') return steps
  return [{ kind: 'command', at, command: read(input.args), receipt: answer?.receipt ?? null }, ...steps]
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what lies in a payload is known by its event.
function read<T>(from: { payloads?: Payload[] | null } | null | undefined): T {
  const [payload] = from?.payloads ?? []
  if (!payload) throw new BrokenHistory('an event has no payload')
  return defaultPayloadConverter.fromPayload<T>(payload)
}

/** What a history says that bears on the record; `done` once the record must show it. */
export type Statement =
  | { kind: 'step'; step: StepRecord; certificate: string | null; done: boolean }
  | { kind: 'notification'; batch: NotificationBatch; done: boolean }
  | { kind: 'versions'; versions: Calendars['versions']; done: boolean; writtenBy: Date }
  | { kind: 'edition'; input: Pick<ProjectInput, 'edition' | 'editionHash'>; done: true }

/** A rollout writes on the project by which versions it counts within this time after the project took them. */
const rolloutMs = 15 * 60_000

/** What a run's decoded history says, in its order; the number of a certificate may stand in another run (`statementsOf`). */
export function statementsIn(told: readonly DecodedEvent[], now: Date): Statement[] {
  return told.flatMap((event): Statement[] => {
    switch (event.kind) {
      case 'input':
        return statementsOfInput(event.input, event.at)
      case 'notification':
        return [{ kind: 'notification', batch: event.batch, done: event.isHeard }]
      case 'step':
        return [{ kind: 'step', step: event.step, certificate: null, done: event.isHeard }]
      case 'adoption': {
        const { versions } = event.adoption.calendars
        const writtenBy = new Date(event.at.getTime() + rolloutMs)
        return [{ kind: 'versions', versions, done: now > writtenBy, writtenBy }]
      }
      case 'command':
      case 'heard':
        return []
    }
  })
}

function statementsOfInput({ edition, editionHash, versions }: ProjectInput, at: Date): Statement[] {
  return [
    { kind: 'edition', input: { edition, editionHash }, done: true },
    ...(versions ? [{ kind: 'versions', versions, done: true, writtenBy: at } as const] : []),
  ]
}

import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { Calendars } from '../../policy/time/calendar.ts'
import type { Telling } from '../../policy/notices/notice.ts'
import type { Recording, StepRecord } from '../../models/step-record.ts'
import type { Adoption, Command, ProjectInput, Receipt } from '../../workflows/contract.ts'

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

/** A step as a history has it: versions that made no chain had no seal. */
export type Recorded = Omit<StepRecord, 'seal'> & Partial<Pick<StepRecord, 'seal'>>

/**
 * What a project's workflow was given and did, as an event of its history has it. An `answer` is what came of it; null while
 * the run has not heard, a `receipt` also where the command was refused.
 */
export type Deed =
  | { kind: 'input'; at: Date; input: ProjectInput }
  | { kind: 'step'; at: Date; step: Recorded; answer: Recording | null }
  | { kind: 'telling'; at: Date; telling: Telling; answer: object | null }
  | { kind: 'command'; at: Date; command: Command; receipt: Receipt | null }
  | { kind: 'adoption'; at: Date; adoption: Adoption }

/** A history decoded, in the order of its events. Throws `BrokenHistory` where an event has no payload. */
export function readHistory({ events }: History): Deed[] {
  const all = events ?? []
  const completed = new Map(all.flatMap(completionOf))
  const outcomes = new Map(all.flatMap(outcomeOf))
  return all.flatMap((event): Deed[] => {
    const at = instantOf(event)
    const started = event.workflowExecutionStartedEventAttributes
    if (started) return [{ kind: 'input', at, input: read(started.input) }]
    const scheduled = event.activityTaskScheduledEventAttributes
    if (scheduled) return activityDeeds(scheduled, at, completed.get(Number(event.eventId)))
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest
    return request ? updateDeeds(request, at, outcomes.get(request.meta?.updateId)) : []
  })
}

/** The steps among deeds. Throws `BrokenHistory` for one of a version that made no chain. */
export function stepsIn(deeds: Deed[]): { step: StepRecord; answer: Recording | null }[] {
  return deeds.flatMap((deed) => {
    if (deed.kind !== 'step') return []
    const { seal, ...step } = deed.step
    if (!seal) throw new BrokenHistory(`revision ${step.state.revision} of ${step.project} has no chain`)
    return [{ step: { ...step, seal }, answer: deed.answer }]
  })
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

function activityDeeds({ activityType, input }: Scheduled, at: Date, completed?: Completion): Deed[] {
  if (activityType?.name === 'tell')
    return [{ kind: 'telling', at, telling: read(input), answer: completed ? {} : null }]
  if (activityType?.name !== 'recordStep') return []
  return [{ kind: 'step', at, step: read(input), answer: completed ? read(completed.result) : null }]
}

type Request = NonNullable<
  NonNullable<EngineEvent['workflowExecutionUpdateAcceptedEventAttributes']>['acceptedRequest']
>

function updateDeeds({ input }: Request, at: Date, completed?: Updated): Deed[] {
  if (input?.name === 'adoptCalendars') return [{ kind: 'adoption', at, adoption: read(input.args) }]
  if (input?.name !== 'send') return []
  const success = completed?.outcome?.success
  return [{ kind: 'command', at, command: read(input.args), receipt: success ? read(success) : null }]
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what lies in a payload is known by its event.
function read<T>(from: { payloads?: Payload[] | null } | null | undefined): T {
  const [payload] = from?.payloads ?? []
  if (!payload) throw new BrokenHistory('an event has no payload')
  return defaultPayloadConverter.fromPayload<T>(payload)
}

/** What a history says that bears on the record; `done` once the record must show it. */
export type Told =
  | { kind: 'step'; step: StepRecord; certificate: string | null; done: boolean }
  | { kind: 'telling'; telling: Telling; done: boolean }
  | { kind: 'versions'; versions: Calendars['versions']; done: boolean; writtenBy: Date }
  | { kind: 'edition'; input: Pick<ProjectInput, 'edition' | 'editionHash'>; done: true }

/** A rollout writes on the project by which versions it counts within this time after the project took them. */
const rolloutMs = 15 * 60_000

/** What a run's history says, in its order. Throws `BrokenHistory` for steps of a version that made no chain. */
export function toldBy(history: History, now: Date): Told[] {
  return readHistory(history).flatMap((deed): Told[] => {
    if (deed.kind === 'input') return inputTold(deed.input, deed.at)
    if (deed.kind === 'telling')
      return [{ kind: 'telling', telling: deed.telling, done: deed.answer !== null }]
    if (deed.kind === 'step')
      return stepsIn([deed]).map(({ step, answer }) => ({
        kind: 'step',
        step,
        certificate: answer?.certificate ?? null,
        done: answer !== null,
      }))
    if (deed.kind !== 'adoption') return []
    const { versions } = deed.adoption.calendars
    const writtenBy = new Date(deed.at.getTime() + rolloutMs)
    return [{ kind: 'versions', versions, done: now > writtenBy, writtenBy }]
  })
}

function inputTold({ edition, editionHash, versions }: ProjectInput, at: Date): Told[] {
  return [
    { kind: 'edition', input: { edition, editionHash }, done: true },
    ...(versions ? [{ kind: 'versions', versions, done: true, writtenBy: at } as const] : []),
  ]
}

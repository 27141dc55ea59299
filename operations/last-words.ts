import { defaultPayloadConverter } from '@temporalio/client'
import type { EngineEvent, History } from '../archive/events.ts'
import type { createNotices } from '../activities/notices.ts'
import type { Adoption, Command, ProjectInput, Receipt, StepRecord } from '../workflows/contract.ts'
import { withNewer } from '../workflows/contract-calendars.ts'

type Telling = Parameters<ReturnType<typeof createNotices>['tell']>[0]
type Payloads =
  { payloads?: Parameters<typeof defaultPayloadConverter.fromPayload>[0][] | null } | null | undefined

/** All that a run leaves to whoever takes its place. */
export type LastWords = {
  /** Its input, with the calendars that it counted by in the end and what it would carry over. */
  input: ProjectInput
  /** Steps and reminders that were asked for and of which it never heard that they were written. */
  unheard: { steps: StepRecord[]; tellings: Telling[] }
}

/** Reads a run's history as its successor needs it; throws if it is not that of a project. */
export function lastWordsOf({ events }: History): LastWords {
  const all = events ?? []
  const begun = argument(all[0]?.workflowExecutionStartedEventAttributes?.input) as ProjectInput | undefined
  if (!begun) throw new Error('the history has no input')
  const steps = askedOf<StepRecord>(all, 'recordStep').toSorted(
    (a, b) => a.given.state.revision - b.given.state.revision,
  )
  const last = steps.at(-1)?.given ?? null
  const input = updatesOf(all, 'adoptCalendars').reduce(
    (before, { given }) => withNewer(before, (given as Adoption).calendars),
    begun,
  )
  const made = steps.map(({ given }) => given)
  return {
    input: { ...input, carried: carriedBy(last, begun, receiptsOf(begun, all, made)) },
    unheard: { steps: unheardOf(steps), tellings: unheardOf(askedOf<Telling>(all, 'tell')) },
  }
}

type Asked<T> = { given: T; isHeard: boolean }

/** What a run asked of an activity, and whether it heard that it was done. */
function askedOf<T>(events: EngineEvent[], name: string): Asked<T>[] {
  const heard = new Set(events.flatMap((event) => String(completedOf(event) ?? [])))
  return events.flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes
    if (scheduled?.activityType?.name !== name) return []
    return [{ given: argument(scheduled.input) as T, isHeard: heard.has(String(event.eventId)) }]
  })
}

function unheardOf<T>(asked: Asked<T>[]): T[] {
  return asked.flatMap(({ given, isHeard }) => (isHeard ? [] : [given]))
}

function completedOf({ activityTaskCompletedEventAttributes: completed }: EngineEvent) {
  return completed?.scheduledEventId
}

function carriedBy(
  last: StepRecord | null,
  { carried }: ProjectInput,
  receipts: [string, Receipt][],
): ProjectInput['carried'] {
  if (!last) return carried
  const { state, filedAt, seal } = last
  return { state, filedAt: Date.parse(filedAt), head: seal.link, receipts }
}

/** What each command did that the run carried out, so that one that is sent again is not carried out again. */
function receiptsOf(
  { carried }: ProjectInput,
  events: EngineEvent[],
  steps: StepRecord[],
): [string, Receipt][] {
  const receipts = new Map(carried?.receipts)
  for (const { given, outcome } of updatesOf(events, 'send')) {
    const { command, digest, request, event, by } = given as Command
    const made = steps.find(
      (step) => step.request === request && step.entry.type === event.type && step.entry.by?.user === by.user,
    )
    const receipt = (outcome as Receipt | undefined) ?? (made && { revision: made.state.revision, digest })
    if (receipt && !receipts.has(command)) receipts.set(command, receipt)
  }
  return [...receipts]
}

/** The updates of a name that a run accepted, with what came of those that it answered. */
function updatesOf(events: EngineEvent[], name: string): { given: unknown; outcome: unknown }[] {
  const outcomes = new Map(
    events.flatMap((event) => {
      const completed = event.workflowExecutionUpdateCompletedEventAttributes
      return completed ? [[completed.meta?.updateId, argument(completed.outcome?.success)] as const] : []
    }),
  )
  return events.flatMap((event) => {
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest
    if (request?.input?.name !== name) return []
    const given = argument(request.input.args)
    return given === undefined ? [] : [{ given, outcome: outcomes.get(request.meta?.updateId) }]
  })
}

function argument(from: Payloads): unknown {
  const [payload] = from?.payloads ?? []
  return payload ? defaultPayloadConverter.fromPayload(payload) : undefined
}

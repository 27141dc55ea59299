import type { EngineEvent } from '../../evidence/archive/events.ts'
import { RefusalError } from '../../policy/errors.ts'
import { notOfThisList } from '../../policy/words/issues.ts'
import { nameOfType } from './engine-words.ts'
import {
  describeRun,
  filedMsOf,
  firstRun,
  isRunOf,
  laterRun,
  msOf,
  readEvents,
  type Begun,
  type EngineSources,
  type Missing,
} from './engine-runs.ts'
import type { EnginePosition } from './ledger.ts'

/** Where in the runs of a case a line stands: its page, the last event of it that has been told, and how far time has come. */
type Position = { runId: string; token: string; eventId: number; atMs: number; pending: string }

/** What Temporal says of something that a run waits for. */
export type Pending = NonNullable<Awaited<ReturnType<typeof describeRun>>>

/** Something to tell of a run at an instant: an event, what it waits for now, or that nobody has its events. */
export type EngineItem = { position: Position; atMs: number; id: string } & (
  | { event: EngineEvent }
  | { activity: NonNullable<Pending['pendingActivities']>[number] }
  | { workflowTask: NonNullable<Pending['pendingWorkflowTask']> }
  | { missing: Missing }
)

const runEnds = /WORKFLOW_EXECUTION_(?:COMPLETED|FAILED|TIMED_OUT|CANCELED|TERMINATED|CONTINUED_AS_NEW)$/
const wholeRun = Number.MAX_SAFE_INTEGER

/** The place of a line, for a cursor. */
export function enginePositionOf({ runId, token, eventId, atMs, pending }: Position): EnginePosition {
  return [runId, token, eventId, atMs, pending]
}

/**
 * All that the engine has to tell of a case after a position, run after run, page by page: whoever stops listening has read no
 * more than a page too much. An event is never told as earlier than the one before it, as some are written late.
 */
export async function* engineEvents(
  engines: EngineSources,
  project: string,
  { engine, from }: { engine: EnginePosition | null; from: Date | null },
): AsyncGenerator<EngineItem> {
  if (engine && !(await isRunOf(engines, project, engine[0]))) throw new RefusalError(notOfThisList)
  let position = positionOf(engine) ?? startOf(await firstRun(engines, project, from))
  while (position) {
    const page = await readEvents(engines, project, position)
    if ('digest' in page) {
      if (position.eventId < wholeRun)
        yield await whatIsMissing(engines, project, { position, missing: page, from })
      position = yield* runAfter(engines, project, position, undefined)
      continue
    }
    for (const event of page.events) {
      const eventId = Number(event.eventId)
      if (eventId <= position.eventId) continue
      const atMs = Math.max(position.atMs, msOf(event.eventTime))
      position = { ...position, eventId, atMs }
      yield { position, atMs, id: `${position.runId}/${eventId}`, event }
    }
    if (page.next !== null) position = { ...position, token: page.next }
    else position = yield* runAfter(engines, project, position, page.events.at(-1))
  }
}

/** A run of which nobody knows when its events were: told when it can have begun, or on the first day that is asked for. */
async function whatIsMissing(
  { models }: EngineSources,
  project: string,
  { position, missing, from }: { position: Position; missing: Missing; from: Date | null },
): Promise<EngineItem> {
  const begunMs = Math.max(position.atMs, await filedMsOf(models, project), from?.getTime() ?? 0)
  const atMs = Math.min(begunMs, missing.closedMs)
  const id = `${position.runId}/missing`
  return { position: { ...position, eventId: wholeRun }, atMs, id, missing }
}

/** Goes on to the next run; of one that is open it tells what that waits for. */
async function* runAfter(
  engines: EngineSources,
  project: string,
  position: Position,
  last: EngineEvent | undefined,
): AsyncGenerator<EngineItem, Position | null> {
  const { runId, atMs, token, eventId } = position
  const next = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  if (next) return startOf({ runId: next, startedMs: atMs })
  // The workflow completes when the case is over: nothing goes on from there.
  if (last && nameOfType(last) === 'WORKFLOW_EXECUTION_COMPLETED') return null
  if (!last || runEnds.test(nameOfType(last)))
    return startOf(await laterRun(engines, project, position), atMs)
  const described = await describeRun(engines, project, runId)
  const length = Number(described?.workflowExecutionInfo?.historyLength ?? 0)
  // What has come since the first page of the run was read is not behind its token.
  if (token !== '' && length > eventId) return { ...position, token: '' }
  if (described) yield* pendingOf(position, described)
  return null
}

/** What a run waits for, in the order in which it asked for it, after what has been told. */
function pendingOf(position: Position, { pendingActivities, pendingWorkflowTask }: Pending): EngineItem[] {
  const { runId, pending: last } = position
  const isFailing = (pendingWorkflowTask?.attempt ?? 0) > 1
  const all = [
    ...(pendingActivities ?? []).map((activity) => ({
      pending: `activity-${activity.activityId}`,
      ms: msOf(activity.lastStartedTime ?? activity.scheduledTime),
      what: { activity },
    })),
    ...(pendingWorkflowTask && isFailing ? [failingTask(pendingWorkflowTask)] : []),
  ]
  const rest = all.slice(all.findIndex(({ pending }) => pending === last) + 1)
  return rest.map(({ pending, ms, what }, index) => {
    const atMs = Math.max(position.atMs, ms, ...rest.slice(0, index).map((before) => before.ms))
    return { position: { ...position, atMs, pending }, atMs, id: `${runId}/${pending}`, ...what }
  })
}

function failingTask(workflowTask: NonNullable<Pending['pendingWorkflowTask']>) {
  return { pending: 'workflow-task', ms: msOf(workflowTask.originalScheduledTime), what: { workflowTask } }
}

/** Before the first event of a run; no earlier than what has been told, so that one never leads back to an earlier one. */
function startOf(run: Begun | null, lastMs = 0): Position | null {
  return (
    run && { runId: run.runId, token: '', eventId: 0, atMs: Math.max(run.startedMs, lastMs), pending: '' }
  )
}

function positionOf(after: EnginePosition | null): Position | null {
  if (!after) return null
  const [runId, token, eventId, atMs, pending] = after
  return { runId, token, eventId, atMs, pending }
}

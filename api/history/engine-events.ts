import type { EngineEvent } from '../../archive/events.ts'
import { RefusalError } from '../../policy/errors.ts'
import { nameOfType } from './engine-words.ts'
import { describeRun, firstRun, laterRun, msOf, readEvents, type Engines, isRunOf } from './engine-runs.ts'
import type { Mark } from './ledger.ts'

/** Where in the runs of a case a line stands: its page, the last event of it that has been told, and the line's instant. */
type Position = { runId: string; token: string; eventId: number; atMs: number; pending: string }

/** What Temporal says of something that a run waits for. */
export type Pending = NonNullable<Awaited<ReturnType<typeof describeRun>>>

/** Something to tell of a run: an event, what it waits for now, or that nobody has it any more. */
export type Told = { position: Position; id: string } & (
  | { event: EngineEvent }
  | { activity: NonNullable<Pending['pendingActivities']>[number] }
  | { workflowTask: NonNullable<Pending['pendingWorkflowTask']> }
  | { lost: true }
)

const runEnds = /WORKFLOW_EXECUTION_(?:COMPLETED|FAILED|TIMED_OUT|CANCELED|TERMINATED|CONTINUED_AS_NEW)$/
const wholeRun = Number.MAX_SAFE_INTEGER

/** The place of a line, for a cursor. */
export function markOf({ runId, token, eventId, atMs, pending }: Position): Mark {
  return [runId, token, eventId, atMs, pending]
}

/**
 * All that the engine has to tell of a case after a place, run after run, page by page: whoever stops listening has read no
 * more than a page too much. An event is never told as earlier than the one before it, as some are written late.
 */
export async function* engineEvents(
  engines: Engines,
  project: string,
  { mark, from }: { mark: Mark | null; from: Date | null },
): AsyncGenerator<Told> {
  if (mark && !(await isRunOf(engines, project, mark[0])))
    throw new RefusalError({ code: 'invalid-request', field: 'cursor', detail: 'cursor: not of this case' })
  let position = positionOf(mark) ?? startOf(await firstRun(engines, project, from), 0)
  while (position) {
    const page = await readEvents(engines, project, position)
    if (!page && position.eventId < wholeRun) {
      position = { ...position, eventId: wholeRun }
      yield { position, id: `${position.runId}/lost`, lost: true }
    }
    for (const event of page?.events ?? []) {
      const eventId = Number(event.eventId)
      if (eventId <= position.eventId) continue
      position = { ...position, eventId, atMs: Math.max(position.atMs, msOf(event.eventTime)) }
      yield { position, id: `${position.runId}/${eventId}`, event }
    }
    if (page && page.next !== null) position = { ...position, token: page.next }
    else position = yield* runAfter(engines, project, position, page?.events.at(-1))
  }
}

/** Goes on to the next run; of one that is open it tells what that waits for. */
async function* runAfter(
  engines: Engines,
  project: string,
  position: Position,
  last: EngineEvent | undefined,
): AsyncGenerator<Told, Position | null> {
  const { runId, atMs, token, eventId } = position
  const next = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  if (next) return startOf(next, atMs)
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
function pendingOf(position: Position, { pendingActivities, pendingWorkflowTask }: Pending): Told[] {
  const { runId, pending: told } = position
  const isFailing = (pendingWorkflowTask?.attempt ?? 0) > 1
  const all = [
    ...(pendingActivities ?? []).map((activity) => ({
      pending: `activity-${activity.activityId}`,
      ms: msOf(activity.lastStartedTime ?? activity.scheduledTime),
      what: { activity },
    })),
    ...(pendingWorkflowTask && isFailing ? [failingTask(pendingWorkflowTask)] : []),
  ]
  const rest = all.slice(all.findIndex(({ pending }) => pending === told) + 1)
  return rest.map(({ pending, ms, what }, index) => {
    const atMs = Math.max(position.atMs, ms, ...rest.slice(0, index).map((before) => before.ms))
    return { position: { ...position, atMs, pending }, id: `${runId}/${pending}`, ...what }
  })
}

function failingTask(workflowTask: NonNullable<Pending['pendingWorkflowTask']>) {
  return { pending: 'workflow-task', ms: msOf(workflowTask.originalScheduledTime), what: { workflowTask } }
}

function startOf(runId: string | null, atMs: number): Position | null {
  return runId === null || runId === '' ? null : { runId, token: '', eventId: 0, atMs, pending: '' }
}

function positionOf(mark: Mark | null): Position | null {
  if (!mark) return null
  const [runId, token, eventId, atMs, pending] = mark
  return { runId, token, eventId, atMs, pending }
}

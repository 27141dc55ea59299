import { isGrpcServiceError, type Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { Models, RunRecord } from '../models/index.ts'
import { projectWorkflowId } from '../workflows/contract.ts'
import { BrokenHistory, inputOf, successorOf, type History } from './events.ts'
import { getArchive } from './store.ts'

export type { History }

const { History: HistoryMessage } = proto.temporal.api.history.v1

/** A run of a project's workflow with its history; `kept` if it was read from the archive. */
export type Run = { runId: string; previous: string | null; kept: RunRecord | null; history: History }

/** A run that was there, and that neither Temporal nor the archive has any more. */
export class LostRun extends Error {
  override name = 'LostRun'
  readonly runId: string
  constructor(project: string, runId: string) {
    super(`run ${runId} of ${project} is neither with Temporal nor in the archive`)
    this.runId = runId
  }
}

/** Histories as bytes, for the archive. */
export function encodeHistory(history: History): Uint8Array {
  return HistoryMessage.encode(history).finish()
}

/** Histories from the archive. Throws `BrokenHistory` for bytes that are none. */
export function decodeHistory(bytes: Uint8Array): History {
  try {
    return HistoryMessage.decode(bytes)
  } catch (error) {
    throw new BrokenHistory(`not a history: ${String(error)}`)
  }
}

/**
 * The runs of a project from the latest to the first, read from Temporal or, where it has them no more, from the archive.
 * Throws `LostRun` for one that is in neither, and `ArchiveFault` for one whose archive is not what was put in.
 */
export async function* runsBackwards(
  { models, temporal }: { models: Models; temporal: Client },
  project: string,
): AsyncGenerator<Run> {
  const kept = await models.runs.find({ project }).sort({ startedAt: 1, _id: 1 }).lean()
  const recordOf = (runId: string) => kept.find(({ _id }) => _id === runId) ?? null
  const read = async (runId: string) => {
    const record = recordOf(runId)
    if (!record) return fetchHistory(temporal, project, runId)
    return decodeHistory(await getArchive(models, record.archive))
  }
  for (let runId = (await findLatest(temporal, project)) ?? (await lastKept(kept, read)); runId !== null;) {
    const history = await read(runId)
    const previous = predecessorOf(history)
    yield { runId, previous, kept: recordOf(runId), history }
    runId = previous
  }
}

/** Where Temporal has no run any more: the one that was closed last, or the one that went on from it and is lost. */
async function lastKept(
  kept: RunRecord[],
  read: (runId: string) => Promise<History>,
): Promise<string | null> {
  const earlier = new Set(kept.map(({ previous }) => previous))
  const last = kept
    .filter(({ _id }) => !earlier.has(_id))
    .toSorted((a, b) => a.closedAt.getTime() - b.closedAt.getTime())
    .at(-1)
  return last ? (successorOf(await read(last._id)) ?? last._id) : null
}

/** The runs of a project from the first to the latest; errors as of `runsBackwards`. */
export async function runsOf(sources: { models: Models; temporal: Client }, project: string): Promise<Run[]> {
  const runs: Run[] = []
  for await (const run of runsBackwards(sources, project)) runs.push(run)
  return runs.toReversed()
}

/** The run that a history says it goes on from, or takes the place of; null for the first. */
export function predecessorOf(history: History): string | null {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
  return (started?.continuedExecutionRunId || inputOf(history)?.predecessor) ?? null
}

async function findLatest(temporal: Client, project: string): Promise<string | null> {
  try {
    return (await temporal.workflow.getHandle(projectWorkflowId(project)).describe()).runId
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

const notFound = /^5 NOT_FOUND/

/** The history of one run from Temporal; null where it has none. */
export function fetchRun(temporal: Client, project: string, runId: string): Promise<History | null> {
  return ifThere(() => temporal.workflow.getHandle(projectWorkflowId(project), runId).fetchHistory())
}

/** The history of one run no further than its first event; null where Temporal has none. */
export function fetchStart(temporal: Client, project: string, runId: string): Promise<History | null> {
  return ifThere(async () => {
    const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId: projectWorkflowId(project), runId },
      maximumPageSize: 1,
    })
    return history ?? null
  })
}

async function ifThere(fetch: () => Promise<History | null>): Promise<History | null> {
  try {
    return await fetch()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    if (isGrpcServiceError(error) && notFound.test(error.message)) return null
    throw error
  }
}

/** The project that a workflow is of; null if it is of none. */
export function projectOf(workflowId: string): string | null {
  const prefix = projectWorkflowId('')
  return workflowId.startsWith(prefix) ? workflowId.slice(prefix.length) : null
}

async function fetchHistory(temporal: Client, project: string, runId: string): Promise<History> {
  const history = await fetchRun(temporal, project, runId)
  if (!history) throw new LostRun(project, runId)
  return history
}

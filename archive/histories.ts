import { defaultPayloadConverter, type Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { Models, RunRecord } from '../models/index.ts'
import { projectWorkflowId, type ProjectInput } from '../workflows/contract.ts'
import { getArchive } from './store.ts'

/** The history of one run as Temporal tells it. */
export type History = proto.temporal.api.history.v1.IHistory
/** One event of it. */
export type EngineEvent = proto.temporal.api.history.v1.IHistoryEvent

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

/** Histories from the archive. */
export function decodeHistory(bytes: Uint8Array): History {
  return HistoryMessage.decode(bytes)
}

/**
 * The runs of a project from the latest to the first, read from Temporal or, where it has them no more, from the archive.
 * Throws `LostRun` for one that is in neither, and `ArchiveFault` for one whose archive is not what was put in.
 */
export async function* runsBackwards(
  { models, temporal }: { models: Models; temporal: Client },
  project: string,
): AsyncGenerator<Run> {
  const kept = await models.runs.find({ project }).sort({ startedAt: -1, _id: -1 }).lean()
  const latest = await findLatest(temporal, project)
  for (let runId = latest ?? kept[0]?._id ?? null; runId !== null;) {
    const record = kept.find(({ _id }) => _id === runId) ?? null
    const history = record
      ? decodeHistory(await getArchive(models, record.archive))
      : await fetchHistory(temporal, project, runId)
    const previous = predecessorOf(history)
    yield { runId, previous, kept: record, history }
    runId = previous
  }
}

/** The runs of a project from the first to the latest; errors as of `runsBackwards`. */
export async function runsOf(sources: { models: Models; temporal: Client }, project: string): Promise<Run[]> {
  const runs: Run[] = []
  for await (const run of runsBackwards(sources, project)) runs.push(run)
  return runs.toReversed()
}

/** The run that a history says it goes on from, or takes the place of; null for the first. */
export function predecessorOf({ events }: History): string | null {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes
  const [input] = started?.input?.payloads ?? []
  const { predecessor } = input ? defaultPayloadConverter.fromPayload<ProjectInput>(input) : {}
  return (started?.continuedExecutionRunId || predecessor) ?? null
}

async function findLatest(temporal: Client, project: string): Promise<string | null> {
  try {
    return (await temporal.workflow.getHandle(projectWorkflowId(project)).describe()).runId
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

async function fetchHistory(temporal: Client, project: string, runId: string): Promise<History> {
  try {
    return await temporal.workflow.getHandle(projectWorkflowId(project), runId).fetchHistory()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new LostRun(project, runId)
    throw error
  }
}

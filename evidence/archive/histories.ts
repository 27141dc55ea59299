import { isGrpcServiceError, type Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { Models, RunRecord } from '../../models/index.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { BrokenHistory, inputOf, runIdOf, successorOf, type History } from './events.ts'
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

/** What the archive has of projects: their closed runs in the order in which they began, and the history of each. */
export type ArchiveReader = {
  runs: (project: string) => Promise<RunRecord[]>
  /** Throws `ArchiveFault` for one that is not what was put in. */
  history: (run: RunRecord) => Promise<History>
}

/** The archive, asked anew for each project and each history. */
export function archiveReaderOf(models: Models): ArchiveReader {
  return {
    runs: async (project) => models.runs.find({ project }).sort({ startedAt: 1, _id: 1 }).lean(),
    history: async ({ archive }) => decodeHistory(await getArchive(models, archive)),
  }
}

/**
 * The runs of a project from the latest to the first, read from Temporal or, where it has them no more, from the archive.
 * Throws `LostRun` for one that is in neither, and `ArchiveFault` for one whose archive is not what was put in.
 */
export async function* runsBackwards(
  { models, temporal }: { models: Models; temporal: Client },
  project: string,
  reader: ArchiveReader = archiveReaderOf(models),
): AsyncGenerator<Run> {
  const records = await reader.runs(project)
  const latest = (await fetchLatest(temporal, project)) ?? (await successorOfKept(records, reader))
  for (let runId = latest; runId !== null;) {
    const kept = records.find(({ _id }) => _id === runId) ?? null
    const history = kept ? await openRun(reader, kept) : await fetchHistory(temporal, project, runId)
    const previous = kept ? kept.previous : predecessorOf(history)
    yield { runId, previous, kept, history }
    runId = previous
  }
}

/** The runs of a project from the first to the last, if all are kept and the last one came to its end; never asks Temporal. */
export async function runsToTheEnd(reader: ArchiveReader, project: string): Promise<Run[] | null> {
  const records = await reader.runs(project)
  const last = lastOf(records)
  if (last?.end !== 'WORKFLOW_EXECUTION_COMPLETED') return null
  const runs: Run[] = []
  for (let runId: string | null = last._id; runId !== null;) {
    const kept = records.find(({ _id }) => _id === runId)
    if (!kept) return null
    const { previous } = kept
    runs.unshift({ runId, previous, kept, history: await openRun(reader, kept) })
    runId = previous
  }
  return runs
}

/** The history that is kept of a run; whoever points the record at that of another run or case is found out. */
async function openRun(reader: ArchiveReader, run: RunRecord): Promise<History> {
  const history = await reader.history(run)
  const statements = { runId: runIdOf(history), project: inputOf(history)?.project }
  if (statements.runId !== run._id || statements.project !== run.project)
    throw new BrokenHistory(
      `what is kept of run ${run._id} of ${run.project} is the history of run ${statements.runId} of ${statements.project}`,
    )
  return history
}

/** Where Temporal has no run any more: the one that was closed last, or the one that went on from it and is lost. */
async function successorOfKept(records: RunRecord[], reader: ArchiveReader): Promise<string | null> {
  const last = lastOf(records)
  return last ? (successorOf(await openRun(reader, last)) ?? last._id) : null
}

function lastOf(records: RunRecord[]): RunRecord | undefined {
  const earlier = new Set(records.map(({ previous }) => previous))
  return records
    .filter(({ _id }) => !earlier.has(_id))
    .toSorted((a, b) => a.closedAt.getTime() - b.closedAt.getTime())
    .at(-1)
}

/** The runs of a project from the first to the latest; errors as of `runsBackwards`. */
export async function runsOf(
  sources: { models: Models; temporal: Client },
  project: string,
  reader?: ArchiveReader,
): Promise<Run[]> {
  const runs: Run[] = []
  for await (const run of runsBackwards(sources, project, reader)) runs.push(run)
  return runs.toReversed()
}

/** The run that a history says it goes on from, or takes the place of; null for the first. */
export function predecessorOf(history: History): string | null {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
  return (started?.continuedExecutionRunId || inputOf(history)?.predecessor) ?? null
}

/** The latest run of a project that Temporal has; null where it has none. */
export async function fetchLatest(temporal: Client, project: string): Promise<string | null> {
  try {
    return (await temporal.workflow.getHandle(projectWorkflowId(project)).describe()).runId
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** Whether Temporal has a run of a project. */
export async function isWithTemporal(temporal: Client, project: string): Promise<boolean> {
  return (await fetchLatest(temporal, project)) !== null
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

import { isGrpcServiceError, type Client } from '@temporalio/client'
import { optionalTsToMs } from '@temporalio/common/lib/time.js'
import { WorkflowNotFoundError } from '@temporalio/common'
import { BrokenHistory, type EngineEvent } from '../../evidence/archive/events.ts'
import { readRecent } from '../../evidence/archive/recent.ts'
import { ArchiveFault } from '../../evidence/archive/store.ts'
import type { Models, RunRecord } from '../../models/index.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'

/** Where runs and their events are read. */
export type EngineSources = { models: Models; temporal: Client }

/** Some events of a run one after another; `next` is the token of those after them, null if there are none yet. */
export type EventPage = { events: EngineEvent[]; next: string | null }

/** A run whose events nobody has: it is lost, or what is kept of it, under `digest`, is not what was put in. */
export type Missing = { digest: Digest | null; closedMs: number }

/** A run of a case, and when it began as far as that is known, else 0. */
export type Begun = { runId: string; startedMs: number }

/** By which gRPC says that something is not there: it is not found, or is no argument. */
const absent: ReadonlySet<number> = new Set([5, 3])

/** How long a reader waits for Temporal before the rest is shown without it (milliseconds). */
const patienceMs = 3_000

/** So many transactions of a run are read at once. */
const pageSize = 32

/** More runs than this are not looked at in order to find one of them. */
const mostRuns = 1_000

/** A run's events: whole from the archive, where it is kept, for then nothing is added to it; else a page from Temporal. */
export async function readEvents(
  { models, temporal }: EngineSources,
  project: string,
  { runId, token }: { runId: string; token: string },
): Promise<EventPage | Missing> {
  const kept = await models.runs.findOne({ _id: runId, project }, { archive: 1, closedAt: 1 }).lean()
  const whole = kept && (await readKept(models, kept.archive))
  if (whole) return { events: whole.events ?? [], next: null }
  const read = (from: string) => pageOfTemporal(temporal, project, { runId, token: from })
  // A token is only good for the server that gave it, for a while.
  const page = (await read(token)) ?? (token === '' ? null : await read(''))
  return page ?? { digest: kept?.archive ?? null, closedMs: kept?.closedAt.getTime() ?? Infinity }
}

/** What is kept of a run; null if it is not what was put in. */
async function readKept(models: Models, digest: Digest) {
  try {
    return await readRecent(models, digest)
  } catch (error) {
    if (error instanceof ArchiveFault || error instanceof BrokenHistory) return null
    throw error
  }
}

async function pageOfTemporal(
  temporal: Client,
  project: string,
  { runId, token }: { runId: string; token: string },
): Promise<EventPage | null> {
  const page = await askTemporal(temporal, () =>
    temporal.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId: projectWorkflowId(project), runId },
      maximumPageSize: pageSize,
      nextPageToken: Buffer.from(token, 'base64url'),
    }),
  )
  const next = page && Buffer.from(page.nextPageToken).toString('base64url')
  return page && { events: page.history?.events ?? [], next: next || null }
}

/** What Temporal says of a run now; null if it has it no more. */
export function describeRun({ temporal }: EngineSources, project: string, runId: string) {
  const handle = temporal.workflow.getHandle(projectWorkflowId(project), runId)
  return askTemporal(temporal, async () => (await handle.describe()).raw)
}

/** Whether a run is one of a project's own, as far as the archive, the record or Temporal know. */
export async function isRunOf(engines: EngineSources, project: string, runId: string): Promise<boolean> {
  const { runs, history } = engines.models
  if (await runs.exists({ _id: runId, project })) return true
  if (await history.exists({ project, run: runId })) return true
  return (await describeRun(engines, project, runId)) !== null
}

/** When a case was filed, by its own clock (milliseconds since 1970). */
export async function filedMsOf({ projects }: Models, project: string): Promise<number> {
  const found = await projects.findById(project, { filedAt: 1 }).lean()
  return found?.filedAt.getTime() ?? 0
}

/**
 * The run with which a history begins: that of the filing, or the latest that is kept and had begun before an instant: at the
 * instant itself the one before it may have ended. Those that
 * are not kept yet go on from there.
 */
export async function firstRun(
  engines: EngineSources,
  project: string,
  from: Date | null,
): Promise<Begun | null> {
  const { runs, history } = engines.models
  const kept =
    from &&
    (await runs
      .findOne({ project, startedAt: { $lt: from } }, { startedAt: 1 })
      .sort({ startedAt: -1, _id: -1 })
      .lean())
  if (kept) return begunOf(kept)
  const filing = await history.findOne({ project, revision: 1 }, { run: 1 }).lean()
  return filing ? { runId: filing.run, startedMs: 0 } : earliest(await runsSince(engines, project, 0))
}

/** The run that goes on from another: one that says so, else the first that has begun at an instant or later. */
export async function laterRun(
  engines: EngineSources,
  project: string,
  { runId, atMs }: { runId: string; atMs: number },
): Promise<Begun | null> {
  const { runs } = engines.models
  const kept = await runs
    .findOne({ project, previous: runId }, { startedAt: 1 })
    .sort({ startedAt: 1 })
    .lean()
  if (kept) return begunOf(kept)
  const since = await runsSince(engines, project, atMs)
  return earliest(since.filter((begun) => begun.runId !== runId))
}

function begunOf({ _id, startedAt }: Pick<RunRecord, '_id' | 'startedAt'>): Begun {
  return { runId: _id, startedMs: startedAt.getTime() }
}

function earliest(runs: Begun[]): Begun | null {
  return runs.toSorted((a, b) => a.startedMs - b.startedMs)[0] ?? null
}

/** Runs that have begun since an instant; of those that are kept, two are enough for the earliest but for one. */
async function runsSince(
  { models, temporal }: EngineSources,
  project: string,
  sinceMs: number,
): Promise<Begun[]> {
  const since = new Date(sinceMs)
  const kept = await models.runs
    .find({ project, startedAt: { $gte: since } }, { startedAt: 1 })
    .sort({ startedAt: 1, _id: 1 })
    .limit(2)
    .lean()
  const query = `WorkflowId = '${projectWorkflowId(project)}' AND StartTime >= '${since.toISOString()}'`
  const begun = kept.map(begunOf)
  await askTemporal(temporal, async () => {
    for await (const { runId, startTime } of temporal.workflow.list({ query, pageSize: mostRuns })) {
      begun.push({ runId, startedMs: startTime.getTime() })
      if (begun.length > mostRuns) break
    }
  })
  return begun
}

/** Milliseconds since 1970 of an instant as Temporal writes it; 0 for none. */
export function msOf(time: Parameters<typeof optionalTsToMs>[0]): number {
  return optionalTsToMs(time) ?? 0
}

/** Asks Temporal; null where it knows nothing of what is asked for. */
async function askTemporal<T>(temporal: Client, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await temporal.withDeadline(Date.now() + patienceMs, ask)
  } catch (error) {
    const { cause } = error instanceof Error ? error : {}
    const code: number | undefined = [error, cause].find(isGrpcServiceError)?.code
    if (error instanceof WorkflowNotFoundError || (code !== undefined && absent.has(code))) return null
    throw error
  }
}

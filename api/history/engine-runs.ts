import { isGrpcServiceError, type Client } from '@temporalio/client'
import { optionalTsToMs } from '@temporalio/common/lib/time.js'
import { WorkflowNotFoundError } from '@temporalio/common'
import type { EngineEvent } from '../../archive/events.ts'
import { decodeHistory } from '../../archive/histories.ts'
import { getArchive } from '../../archive/store.ts'
import type { Models } from '../../models/index.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'

/** Where runs and their events are read. */
export type Engines = { models: Models; temporal: Client }

/** Some events of a run one after another; `next` is the token of those after them, null if there are none yet. */
export type EventPage = { events: EngineEvent[]; next: string | null }

/** By which gRPC says that something is not there: it is not found, or is no argument. */
const absent: ReadonlySet<number> = new Set([5, 3])
/** How long a reader waits for Temporal before the rest is shown without it (milliseconds). */
const patienceMs = 3_000
/** So many transactions of a run are read at once. */
const pageSize = 32
/** More runs than this are not looked at in order to find one of them. */
const mostRuns = 1_000

/** A page of a run's events, from Temporal or, where that has them no more, whole from the archive; null if it is in neither. */
export async function readEvents(
  { models, temporal }: Engines,
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
  if (page) {
    const next = Buffer.from(page.nextPageToken).toString('base64url')
    return { events: page.history?.events ?? [], next: next || null }
  }
  const kept = await models.runs.findOne({ _id: runId, project }, { archive: 1 }).lean()
  if (!kept) return null
  return { events: decodeHistory(await getArchive(models, kept.archive)).events ?? [], next: null }
}

/** What Temporal says of a run now; null if it has it no more. */
export function describeRun({ temporal }: Engines, project: string, runId: string) {
  const handle = temporal.workflow.getHandle(projectWorkflowId(project), runId)
  return askTemporal(temporal, async () => (await handle.describe()).raw)
}

/** Whether a run is one of a project's own, as far as Temporal or the archive know. */
export async function isRunOf(engines: Engines, project: string, runId: string): Promise<boolean> {
  if (await describeRun(engines, project, runId)) return true
  const { runs, history } = engines.models
  if (await runs.exists({ _id: runId, project })) return true
  return (await history.findOne({ project, run: runId }, { _id: 1 }).lean()) !== null
}

/** The run with which a history begins: the first, or the one that was going on at an instant. */
export async function firstRun(engines: Engines, project: string, from: Date | null): Promise<string | null> {
  if (from) {
    const begun = await runsBegun(engines, project, '<=', from)
    const last = begun.toSorted((a, b) => a.startedMs - b.startedMs).at(-1)
    if (last) return last.runId
  }
  const filing = await engines.models.history.findOne({ project, revision: 1 }, { run: 1 }).lean()
  return filing?.run ?? null
}

/** The first run that has begun at an instant or later, but for one; null if there is none. */
export async function laterRun(
  engines: Engines,
  project: string,
  { runId: but, atMs }: { runId: string; atMs: number },
): Promise<string | null> {
  const begun = await runsBegun(engines, project, '>=', new Date(atMs))
  const [next] = begun.filter(({ runId }) => runId !== but).toSorted((a, b) => a.startedMs - b.startedMs)
  return next?.runId ?? null
}

const operators = { '<=': ['$lte', -1], '>=': ['$gte', 1] } as const

/** Runs that have begun by an instant, or since, as far as one next to it is among them. */
async function runsBegun({ models, temporal }: Engines, project: string, way: '<=' | '>=', at: Date) {
  const [operator, order] = operators[way]
  const kept = await models.runs
    .find({ project, startedAt: { [operator]: at } }, { startedAt: 1 })
    .sort({ startedAt: order, _id: order })
    .limit(2)
    .lean()
  const query = `WorkflowId = '${projectWorkflowId(project)}' AND StartTime ${way} '${at.toISOString()}'`
  const begun = kept.map(({ _id, startedAt }) => ({ runId: _id, startedMs: startedAt.getTime() }))
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

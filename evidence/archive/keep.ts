import { isGrpcServiceError, ServiceError, type Client } from '@temporalio/client'
import pMap from 'p-map'
import type { Models } from '../../models/index.ts'
import { digestOfBytes, type Digest } from '../../policy/integrity/digest.ts'
import { projectWorkflowType } from '../../workflows/contract.ts'
import { closingOf, instantOf, type Closing } from './events.ts'
import { encodeHistory, fetchRun, fetchStart, predecessorOf, projectOf, type History } from './histories.ts'
import { countLost, findLost, noteLost, type ClosedRun } from './lost.ts'
import { putArchive } from './store.ts'

/** What it takes to keep histories. */
export type ArchiveSources = { models: Models; temporal: Client }

/** What became of the closed runs that were looked at. */
export type KeepTally = { seen: number; kept: number }

/** Where an archiving stands: the page of Temporal's list that comes next, and what was done before it. */
export type KeepCursor = { begunAt: string; token: string; tally: KeepTally }

/** Where a long job stands, so that a successor goes on from there; and the signal to end. */
export type Checkpoint<Cursor> = {
  at?: Cursor | undefined
  save: (cursor: Cursor) => void
  signal: AbortSignal
}

/** Temporal's list is a little behind: a run may appear in it so much later than it closed. */
const overlapMs = 3_600_000
const pageSize = 100
const atOnce = 4
const job = 'archive'

/**
 * Keeps the history of every run that has been closed since the last time, and of the runs before it that are not kept. A run
 * that is gone, incomplete or cannot be written is noted in `lostRuns` and tried again the next time; it holds up none of the
 * others. May be repeated and stopped anywhere.
 */
export async function keepClosedRuns(
  sources: ArchiveSources,
  checkpoint: Checkpoint<KeepCursor>,
): Promise<KeepTally & { lost: number }> {
  const { models } = sources
  const begunAt = checkpoint.at?.begunAt ?? new Date().toISOString()
  const since = await models.watermarks.findById(job).lean()
  const tally: KeepTally = { ...(checkpoint.at?.tally ?? { seen: 0, kept: 0 }) }
  let token = checkpoint.at?.token ?? ''
  const going = { tally, checkpoint, cursor: { begunAt, token } }
  if (!checkpoint.at)
    for (let lost; (lost = await findLost(models, new Date(begunAt), pageSize)).length > 0;)
      await keepAll(sources, lost, going)
  do {
    const page = await findClosed(sources.temporal, since?.at ?? null, token)
    await keepAll(sources, await notKept(models, page.runs), {
      tally,
      checkpoint,
      cursor: { begunAt, token },
    })
    tally.seen += page.runs.length
    token = page.token
    checkpoint.save({ begunAt, token, tally: { ...tally } })
  } while (token !== '')
  await models.watermarks.updateOne({ _id: job }, { $max: { at: new Date(begunAt) } }, { upsert: true })
  return { ...tally, lost: await countLost(models) }
}

/** Keeps one closed run whose history is at hand; an open one is left alone. Throws `BrokenHistory` if it is not complete. */
export async function keepRun(
  { models }: Pick<ArchiveSources, 'models'>,
  run: { project: string; runId: string; history: History },
): Promise<boolean> {
  const closing = closingOf(run.history, run.runId)
  if (closing) await write(models, run, closing)
  return closing !== null
}

/**
 * Puts what is kept under a digest in its place again, where Temporal still has the history; answers whether it could.
 */
export async function healArchive({ models, temporal }: ArchiveSources, digest: Digest): Promise<boolean> {
  for (const { _id, project } of await models.runs.find({ archive: digest }).lean()) {
    const history = await fetchRun(temporal, project, _id)
    const bytes = history && encodeHistory(history)
    if (bytes && digestOfBytes(bytes) === digest) return (await putArchive(models, bytes)) === digest
  }
  return false
}

type Going = { tally: KeepTally; checkpoint: Checkpoint<KeepCursor>; cursor: Omit<KeepCursor, 'tally'> }

async function keepAll(sources: ArchiveSources, runs: ClosedRun[], going: Going): Promise<void> {
  const { tally, checkpoint, cursor } = going
  const keepOne = async (run: ClosedRun) => {
    checkpoint.signal.throwIfAborted()
    tally.kept += await orNote(sources, run, () => keepWithEarlier(sources, run))
    // Whoever goes on from here does the page again, and passes by what is kept.
    checkpoint.save({ ...cursor, tally: { ...tally } })
  }
  await pMap(runs, keepOne, { concurrency: atOnce })
}

/**
 * Keeps a run and those before it, back to the first one that is kept; answers how many. The earliest comes first, so that a
 * run is never kept before the one that it goes on from.
 */
async function keepWithEarlier(sources: ArchiveSources, { project, runId }: ClosedRun): Promise<number> {
  const earlier: ClosedRun[] = []
  const latest = await fetchIfThere(sources, { project, runId })
  for (let next = latest && predecessorOf(latest); next !== null && !(await isKept(sources, next));) {
    earlier.unshift({ project, runId: next })
    const start = await fetchStart(sources.temporal, project, next)
    next = start && predecessorOf(start)
  }
  let kept = 0
  for (const run of earlier) {
    const history = await fetchIfThere(sources, run)
    if (history) kept += await keepOrNote(sources, { ...run, history })
  }
  if (latest) kept += await keepOrNote(sources, { project, runId, history: latest })
  return kept
}

async function isKept({ models }: ArchiveSources, runId: string): Promise<boolean> {
  return (await models.runs.exists({ _id: runId })) !== null
}

async function fetchIfThere(sources: ArchiveSources, run: ClosedRun): Promise<History | null> {
  const history = await fetchRun(sources.temporal, run.project, run.runId)
  if (!history) await noteLost(sources.models, run, 'Temporal has it no more')
  return history
}

function keepOrNote(sources: ArchiveSources, run: ClosedRun & { history: History }): Promise<number> {
  return orNote(sources, run, async () => {
    if (await keepRun(sources, run)) return 1
    // It goes on, and is not lost.
    await sources.models.lostRuns.deleteOne({ _id: run.runId })
    return 0
  })
}

/** Notes what goes wrong with one run, so that the others are kept all the same; an outage concerns all of them. */
async function orNote(
  { models }: ArchiveSources,
  run: ClosedRun,
  keep: () => Promise<number>,
): Promise<number> {
  try {
    return await keep()
  } catch (error) {
    if (error instanceof ServiceError || isGrpcServiceError(error)) throw error
    await noteLost(models, run, error instanceof Error ? error.message : String(error))
    return 0
  }
}

async function write(
  models: Models,
  { project, runId: _id, history }: ClosedRun & { history: History },
  { end, closedAt }: Closing,
): Promise<void> {
  const archive = await putArchive(models, encodeHistory(history))
  const record = {
    project,
    previous: predecessorOf(history),
    startedAt: instantOf(history.events?.[0] ?? {}),
    closedAt,
    end,
    events: history.events?.length ?? 0,
    archive,
    anchored: false,
    keptAt: new Date(),
  }
  await models.runs.updateOne({ _id }, { $setOnInsert: record }, { upsert: true })
  await models.lostRuns.deleteOne({ _id })
}

async function notKept({ runs }: Models, closed: ClosedRun[]): Promise<ClosedRun[]> {
  const kept = await runs.find({ _id: { $in: closed.map(({ runId }) => runId) } }, { _id: 1 }).lean()
  const known = new Set(kept.map(({ _id }) => _id))
  return closed.filter(({ runId }) => !known.has(runId))
}

/** A page of Temporal's list of closed runs, latest first; its own token names the next one. */
async function findClosed(temporal: Client, since: Date | null, token: string) {
  const closedAfter = since && new Date(since.getTime() - overlapMs).toISOString()
  const query = [
    `WorkflowType="${projectWorkflowType}"`,
    'ExecutionStatus!="Running"',
    ...(closedAfter ? [`CloseTime >= "${closedAfter}"`] : []),
  ].join(' AND ')
  const { executions, nextPageToken } = await temporal.workflowService.listWorkflowExecutions({
    namespace: temporal.options.namespace,
    query,
    pageSize,
    nextPageToken: Buffer.from(token, 'base64'),
  })
  const runs = (executions ?? []).flatMap(({ execution }): ClosedRun[] => {
    const project = projectOf(execution?.workflowId ?? '')
    return project !== null && execution?.runId ? [{ project, runId: execution.runId }] : []
  })
  return { runs, token: Buffer.from(nextPageToken ?? []).toString('base64') }
}

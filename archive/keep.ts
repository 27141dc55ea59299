import type { Client } from '@temporalio/client'
import type { LostRunRecord, Models } from '../models/index.ts'
import { projectWorkflowType } from '../workflows/contract.ts'
import { BrokenHistory, closingOf, instantOf, type Closing } from './events.ts'
import { encodeHistory, fetchRun, fetchStart, predecessorOf, projectOf, type History } from './histories.ts'
import { putArchive } from './store.ts'

/** What it takes to keep histories. */
export type Sources = { models: Models; temporal: Client }

/** What became of the closed runs that were looked at. */
export type KeepTally = { seen: number; kept: number }

/** Where an archiving stands: the page of Temporal's list that comes next, and what was done before it. */
export type KeepPlace = { begunAt: string; token: string; tally: KeepTally }

/** How a long work is watched: told where it stands, and asked to end. */
export type Watch<Place> = { at?: Place | undefined; onPlace: (place: Place) => void; signal: AbortSignal }

/** Temporal's list is a little behind: a run may appear in it so much later than it closed. */
const overlapMs = 3_600_000
const pageSize = 100
const atOnce = 4
const duty = 'archive'

/**
 * Keeps the history of every run that has been closed since the last time, and of the runs before it that are not kept. A run
 * that is gone or not whole is noted in `lostRuns` and tried again the next time. May be repeated and stopped anywhere.
 */
export async function keepClosedRuns(
  sources: Sources,
  watch: Watch<KeepPlace>,
): Promise<KeepTally & { lost: number }> {
  const { models } = sources
  const begunAt = watch.at?.begunAt ?? new Date().toISOString()
  const since = await models.watermarks.findById(duty).lean()
  const tally: KeepTally = { ...(watch.at?.tally ?? { seen: 0, kept: 0 }) }
  let token = watch.at?.token ?? ''
  if (!watch.at) await keepAll(sources, await findLost(models), { tally, watch, place: { begunAt, token } })
  do {
    const page = await findClosed(sources.temporal, since?.at ?? null, token)
    await keepAll(sources, await notKept(models, page.runs), { tally, watch, place: { begunAt, token } })
    tally.seen += page.runs.length
    token = page.token
    watch.onPlace({ begunAt, token, tally: { ...tally } })
  } while (token !== '')
  await models.watermarks.updateOne({ _id: duty }, { $max: { at: new Date(begunAt) } }, { upsert: true })
  return { ...tally, lost: await models.lostRuns.estimatedDocumentCount() }
}

/** Keeps one closed run whose history is at hand; an open one is left alone. Throws `BrokenHistory` if it is not whole. */
export async function keepRun(
  { models }: Pick<Sources, 'models'>,
  run: { project: string; runId: string; history: History },
): Promise<boolean> {
  const closing = closingOf(run.history, run.runId)
  if (closing) await write(models, run, closing)
  return closing !== null
}

type ClosedRun = { project: string; runId: string }
type Going = { tally: KeepTally; watch: Watch<KeepPlace>; place: Omit<KeepPlace, 'tally'> }

async function keepAll(sources: Sources, runs: ClosedRun[], going: Going): Promise<void> {
  const { tally, watch, place } = going
  const queue = runs.values()
  const turn = async () => {
    for (const run of queue) {
      watch.signal.throwIfAborted()
      tally.kept += await keepWithEarlier(sources, run)
      // Whoever goes on from here does the page again, and passes by what is kept.
      watch.onPlace({ ...place, tally: { ...tally } })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, turn))
}

/**
 * Keeps a run and those before it, back to the first one that is kept; answers how many. The earliest comes first, so that a
 * run is never kept before the one that it goes on from.
 */
async function keepWithEarlier(sources: Sources, { project, runId }: ClosedRun): Promise<number> {
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
    if (history && (await keepOrNote(sources, { ...run, history }))) kept += 1
  }
  if (latest && (await keepOrNote(sources, { project, runId, history: latest }))) kept += 1
  return kept
}

async function isKept({ models }: Sources, runId: string): Promise<boolean> {
  return (await models.runs.exists({ _id: runId })) !== null
}

async function fetchIfThere(sources: Sources, run: ClosedRun): Promise<History | null> {
  const history = await fetchRun(sources.temporal, run.project, run.runId)
  if (!history) await noteLost(sources.models, run, 'Temporal has it no more')
  return history
}

async function keepOrNote(sources: Sources, run: ClosedRun & { history: History }): Promise<boolean> {
  try {
    return await keepRun(sources, run)
  } catch (error) {
    if (!(error instanceof BrokenHistory)) throw error
    await noteLost(sources.models, run, error.message)
    return false
  }
}

/** Notes that the history of a closed run could not be kept, and why. */
export async function noteLost({ lostRuns }: Models, run: ClosedRun, reason: string): Promise<void> {
  const { project, runId: _id } = run
  await lostRuns.updateOne(
    { _id },
    { $set: { reason }, $setOnInsert: { project, noticedAt: new Date() } },
    { upsert: true },
  )
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

async function findLost({ lostRuns }: Models): Promise<ClosedRun[]> {
  const lost: LostRunRecord[] = await lostRuns.find().sort({ noticedAt: 1, _id: 1 }).limit(pageSize).lean()
  return lost.map(({ _id, project }) => ({ project, runId: _id }))
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

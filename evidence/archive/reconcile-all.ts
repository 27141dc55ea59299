import pMap from 'p-map'
import type { Models, ReconciliationRecord } from '../../models/index.ts'
import type { ArchiveSources, Checkpoint } from './keep.ts'
import { countLost } from './lost.ts'
import { reconcileCases, type ComparisonOptions, type ReconcileResult } from './reconcile.ts'
import { bySchedule } from './register.ts'
import { pagesOfAll, type CasesCursor } from './cases.ts'

/** What a comparison of many cases came to; differences count fields and documents, `unreadable` counts cases. */
export type ReconcileTally = Pick<ReconciliationRecord, 'cases' | 'differences' | 'repaired' | 'unreadable'>

/** Where a comparison of all cases stands. */
export type ReconcileCursor = { startedAt: string; cases: CasesCursor; tally: ReconcileTally }

/** How cases are compared, and who hears of each. */
export type ReconcileOptions = Pick<ComparisonOptions, 'repair' | 'keep' | 'by'> & {
  onCase?: (finding: ReconcileResult) => void
}

/** So many cases, with so many lines all together, are read at once; a longer case is read alone. */
const mostCases = 20
const mostLines = 400
const groupsAtOnce = 2

/** Nothing compared yet. */
export function emptyReconcileTally(): ReconcileTally {
  return { cases: 0, differences: 0, repaired: 0, unreadable: 0 }
}

/** Compares some cases, a group at a time, and adds to a reckoning. */
export async function reconcileSome(
  sources: ArchiveSources,
  ids: string[],
  { signal, tally, options, onCase }: Going,
): Promise<void> {
  const reconcileGroup = async (group: string[]) => {
    signal.throwIfAborted()
    for (const finding of await reconcileCases(sources, group, options)) {
      tally.cases += 1
      tally.differences += finding.differences.length
      tally.repaired += finding.repaired.length
      tally.unreadable += finding.unreadable === null ? 0 : 1
      onCase?.(finding)
    }
  }
  await pMap(await groupsOf(sources.models, ids), reconcileGroup, { concurrency: groupsAtOnce })
}

async function groupsOf({ projects }: Models, ids: string[]): Promise<string[][]> {
  const found = await projects.find({ _id: { $in: ids } }, { revision: 1 }).lean()
  const revisions = new Map(found.map(({ _id, revision }) => [_id, revision]))
  const groups: string[][] = []
  let room = 0
  for (const id of ids) {
    const lines = revisions.get(id) ?? 1
    const last = groups.at(-1)
    if (last && last.length < mostCases && lines <= room) last.push(id)
    else {
      groups.push([id])
      room = mostLines
    }
    room -= lines
  }
  return groups
}

type Going = {
  signal: AbortSignal
  tally: ReconcileTally
  options: ComparisonOptions
  onCase?: ((finding: ReconcileResult) => void) | undefined
}

/**
 * Compares every case with the histories of its workflow, and what is said of projects that are none, page by page, and keeps the outcome under an id in
 * `reconciliations`. May be stopped anywhere and goes on from the place that it told last.
 */
export async function reconcileAll(
  sources: ArchiveSources,
  id: string,
  { onCase, ...chosen }: ReconcileOptions,
  checkpoint: Checkpoint<ReconcileCursor>,
): Promise<ReconcileTally> {
  const startedAt = checkpoint.at?.startedAt ?? new Date().toISOString()
  const options: ComparisonOptions = { ...chosen, known: new Set() }
  let { cases, tally } = checkpoint.at ?? { cases: undefined, tally: emptyReconcileTally() }
  const by = chosen.by === bySchedule ? null : chosen.by
  await note(sources.models, id, { by, startedAt, tally, finishedAt: null })
  for await (const { ids, next } of pagesOfAll(sources, cases)) {
    const cursor = { startedAt, cases: cases ?? { source: 'record', after: null }, tally } as const
    const after = { ...tally }
    const heard = (finding: ReconcileResult) => {
      checkpoint.save(cursor)
      onCase?.(finding)
    }
    await reconcileSome(sources, ids, { signal: checkpoint.signal, tally: after, options, onCase: heard })
    tally = after
    if (next) checkpoint.save({ startedAt, cases: (cases = next), tally })
  }
  await note(sources.models, id, { by, startedAt, tally, finishedAt: new Date() })
  return tally
}

async function note(
  { reconciliations }: Models,
  _id: string,
  {
    by,
    startedAt,
    tally,
    finishedAt,
  }: { by: string | null; startedAt: string; tally: ReconcileTally; finishedAt: Date | null },
): Promise<void> {
  const fields = { by, startedAt: new Date(startedAt), finishedAt, ...tally }
  await reconciliations.updateOne({ _id }, { $set: fields }, { upsert: true })
}

/** The latest comparison of all cases that came to its end; null before the first. */
export function latestReconciliation({ reconciliations }: Models): Promise<ReconciliationRecord | null> {
  return reconciliations
    .findOne({ finishedAt: { $ne: null } })
    .sort({ finishedAt: -1 })
    .lean()
    .exec()
}

/** How well histories are kept: runs that are lost, and seconds since the archive was last brought up to date (null: never). */
export async function archiveHealth(
  models: Models,
  now: Date,
): Promise<{ lostRuns: number; secondsBehind: number | null }> {
  const [lost, mark] = await Promise.all([countLost(models), models.watermarks.findById('archive').lean()])
  return { lostRuns: lost, secondsBehind: mark && (now.getTime() - mark.at.getTime()) / 1000 }
}

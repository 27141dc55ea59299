import type { Models, ReconciliationRecord } from '../models/index.ts'
import { pagesOfCases, type CasesPlace } from './cases.ts'
import type { Sources, Watch } from './keep.ts'
import { reconcileCase, type Care, type Finding } from './reconcile.ts'

/** What a comparison of many cases came to; differences count fields and documents, `unreadable` counts cases. */
export type Reckoning = Pick<ReconciliationRecord, 'cases' | 'differences' | 'repaired' | 'unreadable'>

/** Where a comparison of all cases stands. */
export type ReconcilePlace = { startedAt: string; cases: CasesPlace; tally: Reckoning }

/** How cases are compared, and who hears of each. */
export type Reconciling = Pick<Care, 'repair' | 'keep'> & { onCase?: (finding: Finding) => void }

const atOnce = 4

/** Nothing compared yet. */
export function noReckoning(): Reckoning {
  return { cases: 0, differences: 0, repaired: 0, unreadable: 0 }
}

/** Compares some cases, a few at a time, and adds to a reckoning. */
export async function reconcileSome(
  sources: Sources,
  ids: Iterable<string>,
  { signal, tally, care, onCase }: Going,
): Promise<void> {
  const queue = ids[Symbol.iterator]()
  const turn = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      signal.throwIfAborted()
      const finding = await reconcileCase(sources, next.value, care)
      tally.cases += 1
      tally.differences += finding.differences.length
      tally.repaired += finding.repaired.length
      tally.unreadable += finding.unreadable === null ? 0 : 1
      onCase?.(finding)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, turn))
}

type Going = {
  signal: AbortSignal
  tally: Reckoning
  care: Care
  onCase?: ((finding: Finding) => void) | undefined
}

/**
 * Compares every case with the histories of its workflow, page by page, and keeps the outcome under an id in
 * `reconciliations`. May be stopped anywhere and goes on from the place that it told last.
 */
export async function reconcileAll(
  sources: Sources,
  id: string,
  { onCase, ...wishes }: Reconciling,
  watch: Watch<ReconcilePlace>,
): Promise<Reckoning> {
  const startedAt = watch.at?.startedAt ?? new Date().toISOString()
  const care: Care = { ...wishes, known: new Set() }
  let { cases, tally } = watch.at ?? { cases: undefined, tally: noReckoning() }
  await note(sources.models, id, { startedAt, tally, finishedAt: null })
  for await (const { ids, next } of pagesOfCases(sources, cases)) {
    const place = { startedAt, cases: cases ?? { source: 'record', after: null }, tally } as const
    const after = { ...tally }
    const told = (finding: Finding) => {
      watch.onPlace(place)
      onCase?.(finding)
    }
    await reconcileSome(sources, ids, { signal: watch.signal, tally: after, care, onCase: told })
    tally = after
    if (next) watch.onPlace({ startedAt, cases: (cases = next), tally })
  }
  await note(sources.models, id, { startedAt, tally, finishedAt: new Date() })
  return tally
}

async function note(
  { reconciliations }: Models,
  _id: string,
  { startedAt, tally, finishedAt }: { startedAt: string; tally: Reckoning; finishedAt: Date | null },
): Promise<void> {
  const fields = { startedAt: new Date(startedAt), finishedAt, ...tally }
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
  { lostRuns, watermarks }: Models,
  now: Date,
): Promise<{ lostRuns: number; secondsBehind: number | null }> {
  const [lost, mark] = await Promise.all([
    lostRuns.estimatedDocumentCount(),
    watermarks.findById('archive').lean(),
  ])
  return { lostRuns: lost, secondsBehind: mark && (now.getTime() - mark.at.getTime()) / 1000 }
}

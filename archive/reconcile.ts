import { setTimeout as pause } from 'node:timers/promises'
import { findDifferences, type Difference } from './compare.ts'
import { documentsOf } from './expected.ts'
import { BrokenHistory, toldBy, type Told } from './events.ts'
import { findDocuments, findShared } from './found.ts'
import { LostRun, runsOf, type Run } from './histories.ts'
import { keepRun, noteLost, type Sources } from './keep.ts'
import { repairCase, type Repair } from './repair.ts'
import { ArchiveFault } from './store.ts'

/** What a comparison found: the differences, those that it has repaired, and why the case cannot be compared, if so. */
export type Finding = {
  project: string
  differences: Difference[]
  repaired: Difference[]
  unreadable: string | null
}

/** How a case is compared: whether what is wrong is repaired, and closed runs are kept that nobody has kept yet. */
export type Care = {
  repair: boolean
  keep: boolean
  /** Editions that have been compared already. */ known: Set<string>
}

/** Between two looks at a case that moves (milliseconds). */
const betweenLooksMs = 300

/**
 * Compares one case with the histories of its workflow. A case may be moving while it is looked at: a difference is one only
 * if a second look finds the very same.
 */
export async function reconcileCase(sources: Sources, project: string, care: Care): Promise<Finding> {
  try {
    return await reconcileReadable(sources, project, care)
  } catch (error) {
    const isHistorys =
      error instanceof LostRun || error instanceof BrokenHistory || error instanceof ArchiveFault
    if (!isHistorys) throw error
    if (error instanceof LostRun)
      await noteLost(sources.models, { project, runId: error.runId }, 'Temporal has it no more')
    return { project, differences: [], repaired: [], unreadable: error.message }
  }
}

async function reconcileReadable(sources: Sources, project: string, care: Care): Promise<Finding> {
  const first = await look(sources, project, care)
  const confirmed = first.differences.length === 0 ? first : await lookAgain(sources, project, care, first)
  const none = { project, repaired: [], unreadable: null }
  if (confirmed.differences.length === 0) {
    for (const hash of confirmed.expected.editions.keys()) care.known.add(hash)
    return { ...none, differences: [] }
  }
  if (!care.repair) return { ...none, differences: confirmed.differences }
  await repairCase(sources.models, project, confirmed)
  const after = await look(sources, project, care)
  const left = new Set(after.differences.map(placeOf))
  const repaired = confirmed.differences.filter((each) => !left.has(placeOf(each)))
  return { ...none, differences: confirmed.differences, repaired }
}

/** What two looks, one after the other, both find. */
async function lookAgain(sources: Sources, project: string, care: Care, first: Repair): Promise<Repair> {
  await pause(betweenLooksMs)
  const second = await look(sources, project, care)
  const before = new Set(first.differences.map(sameness))
  return { ...second, differences: second.differences.filter((each) => before.has(sameness(each))) }
}

/** A counter only rises, and for all cases at once: one that is too low twice is too low, by whatever it is. */
function sameness(difference: Difference): string {
  const { collection, id } = difference
  return collection === 'counters' ? `${collection} ${id}` : JSON.stringify(difference)
}

/** The record is read first: whatever is on record by then, the histories tell of. */
async function look(sources: Sources, project: string, care: Care): Promise<Repair> {
  const { models } = sources
  const own = await findDocuments(models, project)
  const runs = await runsOf(sources, project)
  if (runs.length === 0)
    throw new BrokenHistory(`nothing tells of ${project}: neither Temporal nor the archive`)
  if (care.keep) for (const run of runs) if (!run.kept) await keepRun(sources, { project, ...run })
  const now = new Date()
  const told = toldOf(runs, [...own.certificates.keys()][0] ?? null, now)
  const expected = withoutKnown(documentsOf(told), care)
  const early = told.some(({ done }) => !done) ? [withoutKnown(documentsOf(told, { early: true }), care)] : []
  const found = await findShared(models, own, expected)
  const differences = findDifferences(project, found, [expected, ...early], now)
  return { differences, found, expected }
}

/** What all runs say; the number of a certificate that is just being issued is the one on record. */
function toldOf(runs: Run[], number: string | null, now: Date): Told[] {
  return runs
    .flatMap(({ history }) => toldBy(history, now))
    .map((each) => {
      const isIssuing = each.kind === 'step' && !each.done && each.step.effects.includes('issueCertificate')
      return isIssuing ? { ...each, certificate: number } : each
    })
}

function withoutKnown(documents: Repair['expected'], { known }: Care): Repair['expected'] {
  const editions = new Map([...documents.editions].filter(([hash]) => !known.has(hash)))
  return { ...documents, editions }
}

function placeOf({ collection, id, path }: Difference): string {
  return `${collection} ${id} ${path}`
}

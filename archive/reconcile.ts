import { setTimeout as pause } from 'node:timers/promises'
import type { Digest } from '../policy/digest.ts'
import { findDifferences, type Difference } from './compare.ts'
import { documentsOf, noDocuments, type Documents } from './expected.ts'
import { BrokenHistory, type Told } from './events.ts'
import { findDocuments, findShared, withShared } from './found.ts'
import { LostRun, runsOf, runsToTheEnd, type Shelf } from './histories.ts'
import { keepRun, noteLost, type Sources } from './keep.ts'
import { repairCases, type Repair } from './repair.ts'
import { fillShelf } from './shelf.ts'
import { ArchiveFault } from './store.ts'
import { toldOf } from './told.ts'
import { inTurns } from './turns.ts'

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

/** Between two looks at cases that move (milliseconds). */
const betweenLooksMs = 300
/** So many cases are read from Temporal at once. */
const atOnce = 8

/** What the record has of a case and what it must have; why the case cannot be read, if so. */
type Look = Repair & { unreadable: string | null }

/** One case compared, as `reconcileCases` does it. */
export async function reconcileCase(sources: Sources, project: string, care: Care): Promise<Finding> {
  const [finding] = await reconcileCases(sources, [project], care)
  if (!finding) throw new Error(`${project} was not looked at`)
  return finding
}

/**
 * Compares some cases with the histories of their workflows, reading them together. They may be moving while they are looked
 * at: a difference is one only if a second look finds the very same.
 */
export async function reconcileCases(sources: Sources, projects: string[], care: Care): Promise<Finding[]> {
  const first = await lookAt(sources, projects, care)
  const second = await lookAgain(sources, care, first.filter(isWrong))
  const confirmed = second.filter(isWrong)
  const repaired = care.repair ? await repairAll(sources, care, confirmed) : []
  const latest = new Map([...first, ...second].map((look) => [look.project, look]))
  const left = new Map(repaired.map((look) => [look.project, look]))
  return projects.flatMap((project) => {
    const look = latest.get(project)
    return look ? [findingOf(look, left.get(project), care)] : []
  })
}

function isWrong({ differences }: Look): boolean {
  return differences.length > 0
}

function findingOf({ project, differences, unreadable, expected }: Look, left: Look | undefined, care: Care) {
  const reason = unreadable ?? left?.unreadable ?? null
  if (reason !== null) return { project, differences: [], repaired: [], unreadable: reason }
  if (differences.length === 0) for (const hash of expected.editions.keys()) care.known.add(hash)
  const places = new Set(left?.differences.map(placeOf))
  const repaired = left ? differences.filter((each) => !places.has(placeOf(each))) : []
  return { project, differences, repaired, unreadable: null }
}

/** What two looks, one after the other, both find. */
async function lookAgain(sources: Sources, care: Care, first: Look[]): Promise<Look[]> {
  if (first.length === 0) return []
  await pause(betweenLooksMs)
  const before = new Map(
    first.map(({ project, differences }) => [project, new Set(differences.map(sameness))]),
  )
  const second = await lookAt(sources, [...before.keys()], care)
  return second.map((look) => ({
    ...look,
    differences: look.differences.filter((each) => before.get(look.project)?.has(sameness(each))),
  }))
}

/** A counter only rises, and for all cases at once: one that is too low twice is too low, by whatever it is. */
function sameness(difference: Difference): string {
  const { collection, id } = difference
  return collection === 'counters' ? `${collection} ${id}` : JSON.stringify(difference)
}

/** Repairs what was found, and looks at it once more. */
async function repairAll(sources: Sources, care: Care, wrong: Look[]): Promise<Look[]> {
  if (wrong.length === 0) return []
  await repairCases(sources.models, wrong)
  return lookAt(
    sources,
    wrong.map(({ project }) => project),
    care,
  )
}

/** The record is read first: whatever is on record by then, the histories tell of. */
async function lookAt(sources: Sources, projects: string[], care: Care): Promise<Look[]> {
  const { models } = sources
  const own = await findDocuments(models, projects)
  const shelf = await fillShelf(models, projects)
  const now = new Date()
  const all = await inTurns(projects, atOnce, (project) =>
    rebuild({ sources, shelf, now, care }, project, own.get(project) ?? noDocuments()),
  )
  const shared = await findShared(
    models,
    all.map(({ expected }) => expected),
  )
  return all.map(({ project, own: had, expected, early, unreadable }) => {
    const found = withShared(had, shared, expected)
    const differences = unreadable === null ? findDifferences(project, found, [expected, ...early], now) : []
    return { project, found, expected, differences, unreadable }
  })
}

type Looking = { sources: Sources; shelf: Shelf; now: Date; care: Care }

async function rebuild(looking: Looking, project: string, own: Documents) {
  try {
    const told = await readTold(looking, project, own)
    const { care } = looking
    const expected = withoutKnown(documentsOf(told), care)
    const isMoving = told.some(({ done }) => !done)
    const early = isMoving ? [withoutKnown(documentsOf(told, { early: true }), care)] : []
    return { project, own, expected, early, unreadable: null }
  } catch (error) {
    const isHistorys =
      error instanceof LostRun || error instanceof BrokenHistory || error instanceof ArchiveFault
    if (!isHistorys) throw error
    if (error instanceof LostRun)
      await noteLost(looking.sources.models, { project, runId: error.runId }, 'Temporal has it no more')
    return { project, own, expected: noDocuments(), early: [], unreadable: error.message }
  }
}

/** What all runs of a case say. Of one that came to its end, and is on record as it did, Temporal is not asked. */
async function readTold(
  { sources, shelf, now, care }: Looking,
  project: string,
  own: Documents,
): Promise<Told[]> {
  const number = [...own.certificates.keys()][0] ?? null
  const record = own.projects.get(project)
  const ended = record?.state.done ? await runsToTheEnd(shelf, project) : null
  if (ended) {
    const told = toldOf(ended, number, now)
    if (headOf(told) === record?.head) return told
  }
  const runs = await runsOf(sources, project, shelf)
  if (runs.length === 0)
    throw new BrokenHistory(`nothing tells of ${project}: neither Temporal nor the archive`)
  if (care.keep) for (const run of runs) if (!run.kept) await keepRun(sources, { project, ...run })
  return toldOf(runs, number, now)
}

function headOf(told: Told[]): Digest | undefined {
  const last = told.findLast((each) => each.kind === 'step')
  return last?.step.seal.link
}

function withoutKnown(documents: Documents, { known }: Care): Documents {
  const editions = new Map([...documents.editions].filter(([hash]) => !known.has(hash)))
  return { ...documents, editions }
}

function placeOf({ collection, id, path }: Difference): string {
  return `${collection} ${id} ${path}`
}

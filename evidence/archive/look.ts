import pMap from 'p-map'
import type { Digest } from '../../policy/integrity/digest.ts'
import { findDifferences, type Difference } from './compare.ts'
import { documentsOf, noDocuments, type Documents } from './expected.ts'
import { BrokenHistory, type Told } from './events.ts'
import type { RepairOrder } from './register.ts'
import { findDocuments, findShared, withShared } from './found.ts'
import { LostRun, runsOf, runsToTheEnd, archiveReaderOf, type Run, type ArchiveReader } from './histories.ts'
import { healArchive, keepRun, type Sources } from './keep.ts'
import { noteLost } from './lost.ts'
import { movingOf, withWritten } from './moving.ts'
import type { Repair } from './repair.ts'
import { readAhead } from './read-ahead.ts'
import { ArchiveFault } from './store.ts'
import { isNumberless, toldOf } from './told.ts'
import { assertWhole } from './whole.ts'

/** How a case is compared: by whom, whether what is wrong is repaired, and whether closed runs are kept that nobody has kept yet. */
export type Care = {
  keep: boolean
  /** Editions that have been compared already. */
  known: Set<string>
  /** Who compares, for the register of findings. */
  by: string
  /** The operation that two administrators have agreed to; null where nothing is repaired. */
  repair: RepairOrder | null
}

/** So many cases are read from Temporal at once. */
const atOnce = 8

/** What the record has of a case and what it must have; why the case cannot be read, if so. */
export type Look = Repair & { unreadable: string | null }

/** Compares some cases once. The record is read first: whatever is on record by then, the histories tell of. */
export async function lookAt(sources: Sources, projects: string[], care: Care): Promise<Look[]> {
  const { models } = sources
  const own = await findDocuments(models, projects)
  const reader = await readAhead(models, projects)
  const now = new Date()
  const all = await pMap(
    projects,
    (project) => rebuild({ sources, reader, now, care }, project, own.get(project) ?? noDocuments()),
    { concurrency: atOnce },
  )
  const shared = await findShared(
    models,
    all.map(({ expected }) => expected),
  )
  return all.map(({ project, own: had, told, expected, unreadable }) => {
    const found = withShared(had, shared, expected)
    const inFlight = told.filter(({ done }) => !done).length
    const early = Array.from({ length: inFlight }, (_, index) => documentsOf(told, index + 1))
    const differences =
      unreadable === null
        ? [...findDifferences(project, found, [expected, ...early]), ...numberless(project, told)]
        : []
    return { project, found, expected, differences, moving: movingOf(told), unreadable }
  })
}

type Looking = { sources: Sources; reader: ArchiveReader; now: Date; care: Care }

async function rebuild(looking: Looking, project: string, own: Documents) {
  try {
    const told = withWritten(await readOrHeal(looking, project, own), project, own)
    const expected = withoutKnown(documentsOf(told), looking.care)
    return { project, own, told, expected, unreadable: null }
  } catch (error) {
    const isHistorys =
      error instanceof LostRun || error instanceof BrokenHistory || error instanceof ArchiveFault
    if (!isHistorys) throw error
    if (error instanceof LostRun)
      await noteLost(looking.sources.models, { project, runId: error.runId }, 'Temporal has it no more')
    return { project, own, told: [], expected: noDocuments(), unreadable: error.message }
  }
}

/** What is kept of a run and is not what was put in is put in again, where Temporal still has it. */
async function readOrHeal(looking: Looking, project: string, own: Documents): Promise<Told[]> {
  try {
    return await readTold(looking, project, own)
  } catch (error) {
    if (!(error instanceof ArchiveFault) || !looking.care.keep) throw error
    if (!(await healArchive(looking.sources, error.digest))) throw error
    return readTold({ ...looking, reader: archiveReaderOf(looking.sources.models) }, project, own)
  }
}

/** What all runs of a case say. Of one that came to its end, and is on record as it did, Temporal is not asked. */
async function readTold(looking: Looking, project: string, own: Documents): Promise<Told[]> {
  const { sources, reader, now, care } = looking
  const record = own.projects.get(project)
  const number = record?.certificate ?? [...own.certificates.keys()][0] ?? null
  const ended = record?.state.done ? await runsToTheEnd(reader, project) : null
  const kept = ended && { runs: ended, told: toldOf(ended, number, now) }
  if (kept && headOf(kept.told) === record?.head) return whole(project, kept, own)
  const runs = await runsOf(sources, project, reader)
  // Only remains of it: nothing accounts for them, unless they name a run.
  const isRemains = !record && Object.values(own).some(({ size }) => size > 0)
  if (runs.length === 0 && !isRemains)
    throw (
      lostRunOf(project, own) ??
      new BrokenHistory(`nothing tells of ${project}: neither Temporal nor the archive`)
    )
  if (care.keep) for (const run of runs) if (!run.kept) await keepRun(sources, { project, ...run })
  return whole(project, { runs, told: toldOf(runs, number, now) }, own)
}

function whole(project: string, read: { runs: Run[]; told: Told[] }, own: Documents): Told[] {
  assertWhole(project, read, own)
  return read.told
}

function headOf(told: Told[]): Digest | undefined {
  const last = told.findLast((each) => each.kind === 'step')
  return last?.step.seal.link
}

/** The run that the last line names, where none is left. */
function lostRunOf(project: string, { history }: Documents): LostRun | undefined {
  const last = [...history.values()].at(-1)
  return last && new LostRun(project, last.run)
}

/** A certificate whose number nobody knows any more: it cannot be written, and must not be passed by. */
function numberless(project: string, told: Told[]): Difference[] {
  return told
    .filter((each) => isNumberless(each) && each.done)
    .map(() => ({
      project,
      collection: 'certificates',
      id: project,
      path: '',
      expected: JSON.stringify('a certificate, whose number nothing tells'),
      found: undefined,
    }))
}

function withoutKnown(documents: Documents, { known }: Care): Documents {
  const editions = new Map([...documents.editions].filter(([hash]) => !known.has(hash)))
  return { ...documents, editions }
}

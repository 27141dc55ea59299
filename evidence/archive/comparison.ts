import pMap from 'p-map'
import type { Digest } from '../../policy/integrity/digest.ts'
import { findDifferences, type RecordDifference } from './compare.ts'
import { documentsOf, noDocuments, type Documents } from './expected.ts'
import { BrokenHistory, type Statement } from './events.ts'
import { projectsUnderWay } from '../../models/intents.ts'
import type { RepairApproval } from './register.ts'
import { findDocuments, findShared, withShared } from './found.ts'
import { LostRun, runsOf, runsToTheEnd, archiveReaderOf, type Run, type ArchiveReader } from './histories.ts'
import { healArchive, keepRun, type ArchiveSources } from './keep.ts'
import { noteLost } from './lost.ts'
import { movingOf, withWritten } from './moving.ts'
import type { Repair } from './repair.ts'
import { readAhead } from './read-ahead.ts'
import { ArchiveFault } from './store.ts'
import { isNumberless, statementsOf } from './statements.ts'
import { assertComplete } from './completeness.ts'

/** How a case is compared: by whom, whether what is wrong is repaired, and whether closed runs are kept that nobody has kept yet. */
export type ComparisonOptions = {
  keep: boolean
  /** Editions that have been compared already. */
  known: Set<string>
  /** Who compares, for the register of findings. */
  by: string
  /** The operation that two administrators have agreed to; null where nothing is repaired. */
  repair: RepairApproval | null
}

/** So many cases are read from Temporal at once. */
const atOnce = 8

/** What the record has of a case and what it must have; why the case cannot be read, if so. */
export type Comparison = Repair & { unreadable: string | null }

/** Compares some cases once. The record is read first: whatever is on record by then, the histories tell of. */
export async function compareCases(
  sources: ArchiveSources,
  projects: string[],
  options: ComparisonOptions,
): Promise<Comparison[]> {
  const { models } = sources
  const own = await findDocuments(models, projects)
  const underWay = await projectsUnderWay(models, projects)
  const reader = await readAhead(models, projects)
  const now = new Date()
  const all = await pMap(
    projects,
    (project) =>
      rebuild({ sources, reader, now, options, underWay }, project, own.get(project) ?? noDocuments()),
    { concurrency: atOnce },
  )
  const shared = await findShared(
    models,
    all.map(({ expected }) => expected),
  )
  return all.map(({ project, own: had, statements, expected, unreadable }) => {
    const found = withShared(had, shared, expected)
    const inFlight = statements.filter(({ done }) => !done).length
    const early = Array.from({ length: inFlight }, (_, index) => documentsOf(statements, index + 1))
    const differences =
      unreadable === null
        ? [...findDifferences(project, found, [expected, ...early]), ...numberless(project, statements)]
        : []
    return { project, found, expected, differences, moving: movingOf(statements), unreadable }
  })
}

type RebuildContext = {
  sources: ArchiveSources
  reader: ArchiveReader
  now: Date
  options: ComparisonOptions
  underWay: ReadonlySet<string>
}

async function rebuild(context: RebuildContext, project: string, own: Documents) {
  try {
    const statements = withWritten(
      await readOrHeal(context, project, own),
      project,
      own,
      context.underWay.has(project),
    )
    const expected = withoutKnown(documentsOf(statements), context.options)
    return { project, own, statements, expected, unreadable: null }
  } catch (error) {
    const isHistorys =
      error instanceof LostRun || error instanceof BrokenHistory || error instanceof ArchiveFault
    if (!isHistorys) throw error
    if (error instanceof LostRun)
      await noteLost(context.sources.models, { project, runId: error.runId }, 'Temporal has it no more')
    return { project, own, statements: [], expected: noDocuments(), unreadable: error.message }
  }
}

/** What is kept of a run and is not what was put in is put in again, where Temporal still has it. */
async function readOrHeal(context: RebuildContext, project: string, own: Documents): Promise<Statement[]> {
  try {
    return await readStatements(context, project, own)
  } catch (error) {
    if (!(error instanceof ArchiveFault) || !context.options.keep) throw error
    if (!(await healArchive(context.sources, error.digest))) throw error
    return readStatements({ ...context, reader: archiveReaderOf(context.sources.models) }, project, own)
  }
}

/** What all runs of a case say. Of one that came to its end, and is on record as it did, Temporal is not asked. */
async function readStatements(
  context: RebuildContext,
  project: string,
  own: Documents,
): Promise<Statement[]> {
  const { sources, reader, now, options } = context
  const record = own.projects.get(project)
  const number = record?.certificate ?? [...own.certificates.keys()][0] ?? null
  const ended = record?.state.done ? await runsToTheEnd(reader, project) : null
  const kept = ended && { runs: ended, statements: statementsOf(ended, number, now) }
  if (kept && headOf(kept.statements) === record?.head) return complete(project, kept, own)
  const runs = await runsOf(sources, project, reader)
  // Only remains of it: nothing accounts for them, unless they name a run.
  const isRemains = !record && Object.values(own).some(({ size }) => size > 0)
  if (runs.length === 0 && !isRemains)
    throw (
      lostRunOf(project, own) ??
      new BrokenHistory(`nothing tells of ${project}: neither Temporal nor the archive`)
    )
  if (options.keep) for (const run of runs) if (!run.kept) await keepRun(sources, { project, ...run })
  return complete(project, { runs, statements: statementsOf(runs, number, now) }, own)
}

function complete(
  project: string,
  read: { runs: Run[]; statements: Statement[] },
  own: Documents,
): Statement[] {
  assertComplete(project, read, own)
  return read.statements
}

function headOf(statements: Statement[]): Digest | undefined {
  const last = statements.findLast((each) => each.kind === 'step')
  return last?.step.seal.link
}

/** The run that the last line names, where none is left. */
function lostRunOf(project: string, { history }: Documents): LostRun | undefined {
  const last = [...history.values()].at(-1)
  return last && new LostRun(project, last.run)
}

/** A certificate whose number nobody knows any more: it cannot be written, and must not be passed by. */
function numberless(project: string, statements: Statement[]): RecordDifference[] {
  return statements
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

function withoutKnown(documents: Documents, { known }: ComparisonOptions): Documents {
  const editions = new Map([...documents.editions].filter(([hash]) => !known.has(hash)))
  return { ...documents, editions }
}

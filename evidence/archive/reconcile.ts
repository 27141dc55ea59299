import { setTimeout as pause } from 'node:timers/promises'
import type { RecordDifference } from './compare.ts'
import type { ArchiveSources } from './keep.ts'
import { compareCases, type ComparisonOptions, type Comparison } from './comparison.ts'
import type { Moving } from './moving.ts'
import { keepDifferences, markRepaired } from './register.ts'
import { repairCases } from './repair.ts'

export type { ComparisonOptions }

/** What a comparison found: the differences, those that it has repaired, and why the case cannot be compared, if so. */
export type ReconcileResult = {
  project: string
  differences: RecordDifference[]
  repaired: RecordDifference[]
  unreadable: string | null
  /** What is just being written, so that not all could be repaired. */
  moving: Moving | null
}

/** Between two comparisons of cases that move (milliseconds). */
const betweenComparisonsMs = 300

/** One case compared, as `reconcileCases` does it. */
export async function reconcileCase(
  sources: ArchiveSources,
  project: string,
  options: ComparisonOptions,
): Promise<ReconcileResult> {
  const [finding] = await reconcileCases(sources, [project], options)
  if (!finding) throw new Error(`${project} was not compared`)
  return finding
}

/**
 * Compares some cases with the histories of their workflows, reading them together. They may be moving while they are looked
 * at: a difference is one only if a second comparison finds the very same.
 */
export async function reconcileCases(
  sources: ArchiveSources,
  projects: string[],
  options: ComparisonOptions,
): Promise<ReconcileResult[]> {
  const first = await compareCases(sources, projects, options)
  const second = await compareAgain(sources, options, first.filter(isWrong))
  const confirmed = second.filter(isWrong)
  // Both values are kept before one of them is written over.
  await keepDifferences(
    sources.models,
    confirmed.flatMap(({ differences }) => differences),
    options.by,
  )
  const repaired = options.repair ? await repairAll(sources, options, confirmed) : []
  const latest = new Map([...first, ...second].map((comparison) => [comparison.project, comparison]))
  const left = new Map(repaired.map((comparison) => [comparison.project, comparison]))
  const findings = projects.flatMap((project) => {
    const comparison = latest.get(project)
    return comparison ? [findingOf(comparison, left.get(project), options)] : []
  })
  if (options.repair)
    await markRepaired(
      sources.models,
      findings.flatMap((each) => each.repaired),
      options.repair,
    )
  return findings
}

function isWrong({ differences }: Comparison): boolean {
  return differences.length > 0
}

function findingOf(
  { project, differences, unreadable, expected, moving }: Comparison,
  left: Comparison | undefined,
  options: ComparisonOptions,
): ReconcileResult {
  // Where nothing is to be left, nothing tells of it afterwards.
  const reason = unreadable ?? (expected.projects.size > 0 ? left?.unreadable : null) ?? null
  if (reason !== null) return { project, differences: [], repaired: [], unreadable: reason, moving: null }
  if (differences.length === 0) for (const hash of expected.editions.keys()) options.known.add(hash)
  const places = new Set(left?.differences.map(fieldKeyOf))
  const repaired = left ? differences.filter((each) => !places.has(fieldKeyOf(each))) : []
  return { project, differences, repaired, unreadable: null, moving: differences.length > 0 ? moving : null }
}

/** What two comparisons, one after the other, both find. */
async function compareAgain(
  sources: ArchiveSources,
  options: ComparisonOptions,
  first: Comparison[],
): Promise<Comparison[]> {
  if (first.length === 0) return []
  await pause(betweenComparisonsMs)
  const before = new Map(
    first.map(({ project, differences }) => [project, new Set(differences.map(sameness))]),
  )
  const second = await compareCases(sources, [...before.keys()], options)
  return second.map((comparison) => ({
    ...comparison,
    differences: comparison.differences.filter((each) => before.get(comparison.project)?.has(sameness(each))),
  }))
}

/** A counter only rises, and for all cases at once: one that is too low twice is too low, by whatever it is. */
function sameness(difference: RecordDifference): string {
  const { collection, id } = difference
  return collection === 'counters' ? `${collection} ${id}` : JSON.stringify(difference)
}

/** Repairs what was found, and compares it once more. */
async function repairAll(
  sources: ArchiveSources,
  options: ComparisonOptions,
  wrong: Comparison[],
): Promise<Comparison[]> {
  if (wrong.length === 0) return []
  await repairCases(sources.models, wrong)
  return compareCases(
    sources,
    wrong.map(({ project }) => project),
    options,
  )
}

function fieldKeyOf({ collection, id, path }: RecordDifference): string {
  return `${collection} ${id} ${path}`
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Difference } from './compare.ts'
import type { Sources } from './keep.ts'
import { lookAt, type Care, type Look } from './look.ts'
import type { Moving } from './moving.ts'
import { keepDifferences, markRepaired } from './register.ts'
import { repairCases } from './repair.ts'

export type { Care }

/** What a comparison found: the differences, those that it has repaired, and why the case cannot be compared, if so. */
export type Finding = {
  project: string
  differences: Difference[]
  repaired: Difference[]
  unreadable: string | null
  /** What is just being written, so that not all could be repaired. */
  moving: Moving | null
}

/** Between two looks at cases that move (milliseconds). */
const betweenLooksMs = 300

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
  // Both values are kept before one of them is written over.
  await keepDifferences(
    sources.models,
    confirmed.flatMap(({ differences }) => differences),
    care.by,
  )
  const repaired = care.repair ? await repairAll(sources, care, confirmed) : []
  const latest = new Map([...first, ...second].map((look) => [look.project, look]))
  const left = new Map(repaired.map((look) => [look.project, look]))
  const findings = projects.flatMap((project) => {
    const look = latest.get(project)
    return look ? [findingOf(look, left.get(project), care)] : []
  })
  if (care.repair)
    await markRepaired(
      sources.models,
      findings.flatMap((each) => each.repaired),
      care.repair,
    )
  return findings
}

function isWrong({ differences }: Look): boolean {
  return differences.length > 0
}

function findingOf(
  { project, differences, unreadable, expected, moving }: Look,
  left: Look | undefined,
  care: Care,
): Finding {
  // Where nothing is to be left, nothing tells of it afterwards.
  const reason = unreadable ?? (expected.projects.size > 0 ? left?.unreadable : null) ?? null
  if (reason !== null) return { project, differences: [], repaired: [], unreadable: reason, moving: null }
  if (differences.length === 0) for (const hash of expected.editions.keys()) care.known.add(hash)
  const places = new Set(left?.differences.map(placeOf))
  const repaired = left ? differences.filter((each) => !places.has(placeOf(each))) : []
  return { project, differences, repaired, unreadable: null, moving: differences.length > 0 ? moving : null }
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

function placeOf({ collection, id, path }: Difference): string {
  return `${collection} ${id} ${path}`
}

import type { Models } from '../models/index.ts'
import type { CaseFilter, OperationTarget, StuckCase } from '../policy/operations.ts'
import { findStuckOf, type Sources } from './stuck.ts'
import type { Turn } from './stuck-kinds.ts'

/** A page of what an operation goes to: cases, or messages. */
export type TargetPage = { ids: string[]; next: string | null }

/** No dry run counts further than this, and none looks at more than so many pages of what is stuck. */
const counted = { cases: 100_000, stuckPages: 5 }

/** A page of what an operation goes to, in an order that what it does to them does not change. */
export function findTargets(sources: Sources, target: OperationTarget, turn: Turn): Promise<TargetPage> {
  if ('project' in target) return Promise.resolve({ ids: [target.project], next: null })
  if ('projects' in target) return Promise.resolve(namedPage(target.projects, turn))
  if ('deadLetters' in target) return deadLetterPage(sources.models, target.deadLetters, turn)
  const { stuck, ...where } = target.filter
  return stuck ? stuckPage(sources, stuck, where, turn) : casePage(sources.models, where, turn)
}

/** How much an operation would go to; of what is stuck no more than a few pages are looked at. */
export async function countTargets(sources: Sources, target: OperationTarget): Promise<number> {
  const { models } = sources
  if ('project' in target) return 1
  if ('projects' in target) return new Set(target.projects).size
  if ('deadLetters' in target)
    return models.messages.countDocuments({ status: 'dead', ...target.deadLetters }, { limit: counted.cases })
  const { stuck, ...where } = target.filter
  if (!stuck) return models.projects.countDocuments(openCases(where), { limit: counted.cases })
  const found = new Set<string>()
  let after: string | null = null
  for (let pages = 0; pages < counted.stuckPages; pages += 1) {
    const page: TargetPage = await stuckPage(sources, stuck, where, { limit: 100, after })
    for (const id of page.ids) found.add(id)
    if (page.next === null) break
    after = page.next
  }
  return found.size
}

function openCases(where: Omit<CaseFilter, 'stuck'>) {
  return { ...where, 'state.done': false }
}

function namedPage(projects: string[], { limit, after }: Turn): TargetPage {
  const named = [...new Set(projects)]
  const from = after === null ? 0 : Number(after)
  const to = from + limit
  return { ids: named.slice(from, to), next: to < named.length ? String(to) : null }
}

async function casePage(
  { projects }: Models,
  where: Omit<CaseFilter, 'stuck'>,
  { limit, after }: Turn,
): Promise<TargetPage> {
  const found = await projects
    .find({ ...openCases(where), ...(after !== null && { _id: { $gt: after } }) }, { _id: 1 })
    .sort({ _id: 1 })
    .limit(limit)
    .lean()
  const ids = found.map(({ _id }) => _id)
  return { ids, next: ids.length === limit ? (ids.at(-1) ?? null) : null }
}

async function stuckPage(
  sources: Sources,
  kind: StuckCase,
  where: Omit<CaseFilter, 'stuck'>,
  turn: Turn,
): Promise<TargetPage> {
  const { items, next } = await findStuckOf(sources, kind, turn)
  const stuck = [...new Set(items.flatMap(({ project }) => project ?? []))]
  if (Object.keys(where).length === 0) return { ids: stuck, next }
  const found = await sources.models.projects.find({ _id: { $in: stuck }, ...where }, { _id: 1 }).lean()
  return { ids: found.map(({ _id }) => _id), next }
}

async function deadLetterPage(
  { messages }: Models,
  where: { channel?: 'email' | 'webhook' },
  { limit, after }: Turn,
): Promise<TargetPage> {
  const [at, id] = after === null ? [] : (JSON.parse(after) as [string, string])
  const since = at === undefined ? null : new Date(at)
  const later = since && { $or: [{ at: { $gt: since } }, { at: since, _id: { $gt: id ?? '' } }] }
  const found = await messages
    .find({ status: 'dead', ...where, ...later }, { at: 1 })
    .sort({ at: 1, _id: 1 })
    .limit(limit)
    .lean()
  const last = found.length === limit ? found.at(-1) : undefined
  return { ids: found.map(({ _id }) => _id), next: last ? JSON.stringify([last.at, last._id]) : null }
}

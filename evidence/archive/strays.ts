import type { Model } from 'mongoose'
import type { Models } from '../../models/index.ts'
import { notOnRecord, pagesOfCases, type CasesPage, type CasesPlace } from './cases.ts'
import { isWithTemporal } from './histories.ts'
import type { Sources } from './keep.ts'

/** Collections in which something may be said of a project that nothing else knows; a key that nobody needs harms nobody. */
const collections = ['certificates', 'history', 'snapshots', 'tasks'] as const

/** Where a walk through what such collections say of projects stands: the collection, and after which project it goes on. */
export type StraysPlace = { source: (typeof collections)[number]; after: string | null }

/** Where a walk through all cases, and all that is said of others, stands. */
export type WholePlace = CasesPlace | StraysPlace

/** Documents, of which a page has so many; they are read from an index alone. */
const pageSize = 1_000

/** Every case there is, and then every project of which something is said and that is no case: a page at a time. */
export async function* pagesOfAll(
  sources: Sources,
  from?: WholePlace,
): AsyncGenerator<CasesPage<WholePlace>> {
  let place: StraysPlace | null = { source: 'certificates', after: null }
  if (from && isStray(from)) place = from
  else for await (const { ids, next } of pagesOfCases(sources, from)) yield { ids, next: next ?? place }
  while (place !== null) {
    const { ids, last } = await readPage(sources, place)
    place = last === null ? nextOf(place) : { ...place, after: last }
    yield { ids, next: place }
  }
}

function isStray(place: WholePlace): place is StraysPlace {
  return collections.some((collection) => collection === place.source)
}

function nextOf({ source }: StraysPlace): StraysPlace | null {
  const next = collections[collections.indexOf(source) + 1]
  return next ? { source: next, after: null } : null
}

async function readPage(sources: Sources, { source, after }: StraysPlace) {
  const { models } = sources
  const found = await named(models, source)
    .find(after === null ? {} : { project: { $gt: after } }, { _id: 0, project: 1 })
    .sort({ project: 1 })
    .limit(pageSize)
    .lean()
  const last = found.length === pageSize ? (found.at(-1)?.project ?? null) : null
  const unknown = await notOnRecord(models, [...new Set(found.map(({ project }) => project))])
  const told = await toldBefore(models, source, unknown)
  const ids: string[] = []
  for (const id of unknown.filter((each) => !told.has(each)))
    if (!(await isWithTemporal(sources.temporal, id))) ids.push(id)
  return { ids, last }
}

/** Those of some projects that the archive or a collection before this one knows. */
async function toldBefore(
  models: Models,
  source: StraysPlace['source'],
  ids: string[],
): Promise<Set<string>> {
  const before = ['runs' as const, ...collections.slice(0, collections.indexOf(source))]
  const of = { project: { $in: ids } }
  const told = await Promise.all(before.map((each) => named(models, each).distinct('project', of)))
  return new Set(told.flat())
}

/** A collection whose documents name their project. */
function named(models: Models, collection: StraysPlace['source'] | 'runs'): Model<{ project: string }> {
  return models[collection] as unknown as Model<{ project: string }>
}

import type { Client } from '@temporalio/client'
import type { Model, QueryFilter } from 'mongoose'
import type { Models } from '../../models/index.ts'
import { projectWorkflowType } from '../../workflows/contract.ts'
import { isWithTemporal, projectOf } from './histories.ts'
import type { ArchiveSources } from './keep.ts'

/** Where cases are looked for, one after the other: the record, the archive, Temporal's own list. */
const ofCases = ['record', 'archive', 'engine'] as const
/** Where something may be said of a project that nothing else knows; a key that nobody needs harms nobody. */
const ofOthers = ['certificates', 'history', 'snapshots', 'tasks'] as const

type Source = (typeof ofCases)[number] | (typeof ofOthers)[number]

/** Where a walk through all cases stands: the source, and after which id or with which page it goes on. */
export type CasesCursor = { source: Source; after: string | null }

/** Some cases, and where the next ones begin; null after the last. */
export type CasesPage = { ids: string[]; next: CasesCursor | null }

/**
 * Every case there is, a page at a time: those on record, those that only the archive knows, and those that only Temporal
 * knows. Cases that come while it walks may be missed.
 */
export function pagesOfCases(sources: ArchiveSources): AsyncGenerator<CasesPage> {
  return pagesAmong(ofCases, sources)
}

/** Every case there is, and then every project of which something is said and that is no case: a page at a time. */
export function pagesOfAll(sources: ArchiveSources, from?: CasesCursor): AsyncGenerator<CasesPage> {
  return pagesAmong([...ofCases, ...ofOthers], sources, from)
}

async function* pagesAmong(
  names: readonly Source[],
  { models, temporal }: ArchiveSources,
  from: CasesCursor = { source: 'record', after: null },
): AsyncGenerator<CasesPage> {
  for (let place: CasesCursor | null = from; place !== null;) {
    const { source, after }: CasesCursor = place
    const at = names.indexOf(source)
    const page: IdsPage =
      source === 'engine' ? await listPage(temporal, after) : await pageOf(models, source, after)
    const earlier = names.slice(0, at)
    const ids = await unknownTo(earlier, { models, temporal }, page.ids)
    const next = names[at + 1]
    place = page.next !== null ? { source, after: page.next } : next ? { source: next, after: null } : null
    yield { ids, next: place }
  }
}

/** How many cases there are, about. */
export async function countCases({ models, temporal }: ArchiveSources): Promise<number> {
  const [onRecord, { count }] = await Promise.all([
    models.projects.estimatedDocumentCount(),
    temporal.workflow.count(ofProjects),
  ])
  return Math.max(onRecord, count)
}

type Collection = Exclude<Source, 'engine'>

/** A collection, the field that names its project, and how many documents a page has: those of most are read from an index alone. */
function collectionOf(models: Models, source: Collection) {
  const collections = { ...models, record: models.projects, archive: models.runs }
  return {
    model: collections[source] as unknown as Model<Record<string, string>>,
    field: source === 'record' ? '_id' : 'project',
    size: source === 'record' || source === 'archive' ? 40 : 1_000,
  }
}

type IdsPage = { ids: string[]; next: string | null }

async function pageOf(models: Models, source: Collection, after: string | null): Promise<IdsPage> {
  const { model, field, size } = collectionOf(models, source)
  return nextIds(model, { field, after, size })
}

/** A page of the projects that the documents of a collection name, each once. */
export async function nextIds<T>(
  model: Model<T>,
  { field, after, size }: { field: string; after: string | null; size: number },
  only: QueryFilter<T> = {},
): Promise<IdsPage> {
  const behind = after === null ? {} : { [field]: { ...only[field], $gt: after } }
  const found = await model
    .find({ ...only, ...behind } as QueryFilter<T>, { _id: 0, [field]: 1 })
    .sort({ [field]: 1 })
    .limit(size)
    .lean<Record<string, string>[]>()
  const ids = [...new Set(found.flatMap((document) => document[field] ?? []))]
  return { ids, next: found.length === size ? (ids.at(-1) ?? null) : null }
}

/** Those of some projects of which none of some sources knows; Temporal, which is asked for each of them, comes last. */
async function unknownTo(names: readonly Source[], { models, temporal }: ArchiveSources, ids: string[]) {
  let left = ids
  for (const source of names) {
    if (source === 'engine' || left.length === 0) continue
    const { model, field } = collectionOf(models, source)
    const known = new Set<unknown>(await model.distinct(field, { [field]: { $in: left } }))
    left = left.filter((id) => !known.has(id))
  }
  if (!names.includes('engine')) return left
  const others: string[] = []
  for (const id of left) if (!(await isWithTemporal(temporal, id))) others.push(id)
  return others
}

const ofProjects = `WorkflowType="${projectWorkflowType}" AND ExecutionStatus!="ContinuedAsNew"`

async function listPage(temporal: Client, token: string | null): Promise<IdsPage> {
  const { executions, nextPageToken } = await temporal.workflowService.listWorkflowExecutions({
    namespace: temporal.options.namespace,
    query: ofProjects,
    pageSize: 40,
    nextPageToken: Buffer.from(token ?? '', 'base64'),
  })
  const ids = (executions ?? []).flatMap(({ execution }) => projectOf(execution?.workflowId ?? '') ?? [])
  return { ids: [...new Set(ids)], next: Buffer.from(nextPageToken ?? []).toString('base64') || null }
}

import type { Client } from '@temporalio/client'
import type { Models } from '../../models/index.ts'
import { projectWorkflowType } from '../../workflows/contract.ts'
import { projectOf } from './histories.ts'
import type { Sources } from './keep.ts'

/** Where cases are looked for, one after the other: the record, the archive, Temporal's own list. */
const sourcesOfCases = ['record', 'archive', 'engine'] as const

/** Where a walk through all cases stands: the source, and after which id or with which page it goes on. */
export type CasesPlace = { source: (typeof sourcesOfCases)[number]; after: string | null }

/** Some cases, and where the next ones begin; null after the last. */
export type CasesPage<Place = CasesPlace> = { ids: string[]; next: Place | null }

const pageSize = 40

/**
 * Every case there is, a page at a time: those on record, those that only the archive knows, and those that only Temporal
 * knows. Cases that come while it walks may be missed.
 */
export async function* pagesOfCases(
  sources: Sources,
  from: CasesPlace = { source: 'record', after: null },
): AsyncGenerator<CasesPage> {
  for (let place: CasesPlace | null = from; place !== null;) {
    const { ids, after } = await readers[place.source](sources, place.after)
    const next: CasesPlace | null = after === null ? nextSource(place) : { ...place, after }
    yield { ids, next }
    place = next
  }
}

/** How many cases there are, about. */
export async function countCases({ models, temporal }: Sources): Promise<number> {
  const [onRecord, { count }] = await Promise.all([
    models.projects.estimatedDocumentCount(),
    temporal.workflow.count(ofProjects),
  ])
  return Math.max(onRecord, count)
}

const ofProjects = `WorkflowType="${projectWorkflowType}" AND ExecutionStatus!="ContinuedAsNew"`

function nextSource({ source }: CasesPlace): CasesPlace | null {
  const next = sourcesOfCases[sourcesOfCases.indexOf(source) + 1]
  return next ? { source: next, after: null } : null
}

type Reader = (sources: Sources, after: string | null) => Promise<{ ids: string[]; after: string | null }>

const readers: Record<CasesPlace['source'], Reader> = {
  async record({ models }, after) {
    const found = await models.projects
      .find(after === null ? {} : { _id: { $gt: after } }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(pageSize)
      .lean()
    return page(found.map(({ _id }) => _id))
  },
  async archive({ models }, after) {
    const found = await models.runs
      .find(after === null ? {} : { project: { $gt: after } }, { _id: 0, project: 1 })
      .sort({ project: 1, startedAt: 1, _id: 1 })
      .limit(pageSize)
      .lean()
    const { ids, after: next } = page(found.map(({ project }) => project))
    return { ids: await notOnRecord(models, [...new Set(ids)]), after: next }
  },
  async engine({ models, temporal }, token) {
    const { ids, token: next } = await listPage(temporal, token ?? '')
    const unknown = await notOnRecord(models, ids)
    const archived = await models.runs.distinct('project', { project: { $in: unknown } })
    return { ids: unknown.filter((id) => !archived.includes(id)), after: next === '' ? null : next }
  },
}

function page(ids: string[]) {
  return { ids, after: ids.length === pageSize ? (ids.at(-1) ?? null) : null }
}

/** Those of some projects that are not on record. */
export async function notOnRecord({ projects }: Models, ids: string[]): Promise<string[]> {
  const found = await projects.find({ _id: { $in: ids } }, { _id: 1 }).lean()
  const known = new Set(found.map(({ _id }) => _id))
  return ids.filter((id) => !known.has(id))
}

async function listPage(temporal: Client, token: string) {
  const { executions, nextPageToken } = await temporal.workflowService.listWorkflowExecutions({
    namespace: temporal.options.namespace,
    query: ofProjects,
    pageSize,
    nextPageToken: Buffer.from(token, 'base64'),
  })
  const ids = (executions ?? []).flatMap(({ execution }) => projectOf(execution?.workflowId ?? '') ?? [])
  return { ids: [...new Set(ids)], token: Buffer.from(nextPageToken ?? []).toString('base64') }
}

import type { ProjectRecord } from '../models/index.ts'
import type { Dependencies } from './dependencies.ts'
import type { LoadedEdition } from './editions.ts'

/** The projects, with their editions, that the items of a page belong to: one query for all of them. */
export async function projectsOf(
  { models, editions }: Dependencies,
  items: readonly { project: string }[],
): Promise<(item: { project: string }) => { record: ProjectRecord; loaded: LoadedEdition }> {
  const ids = [...new Set(items.map(({ project }) => project))]
  const records = ids.length > 0 ? await models.projects.find({ _id: { $in: ids } }).lean() : []
  const loaded = await editions.ofAll(records)
  const byId = new Map(records.map((record) => [record._id, { record, loaded: loaded(record) }]))
  return ({ project }) => {
    const found = byId.get(project)
    if (!found) throw new Error(`project ${project} is not on record`)
    return found
  }
}

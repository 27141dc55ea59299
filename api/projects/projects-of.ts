import type { HistoryRecord, ProjectRecord } from '../../models/index.ts'
import type { Dependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { holdsOf } from './held-cases.ts'

/** A project of a page, with its edition and the line by which it is held, if it is. */
export type Listed = { record: ProjectRecord; loaded: LoadedEdition; hold: HistoryRecord | undefined }

/** The projects, with their editions, that the items of a page belong to: one query for all of them. */
export async function projectsOf(
  { models, editions }: Dependencies,
  items: readonly { project: string }[],
): Promise<(item: { project: string }) => Listed> {
  const ids = [...new Set(items.map(({ project }) => project))]
  const records = ids.length > 0 ? await models.projects.find({ _id: { $in: ids } }).lean() : []
  const [loaded, holds] = await Promise.all([editions.ofAll(records), holdsOf(models, records)])
  const byId = new Map(
    records.map((record) => [record._id, { record, loaded: loaded(record), hold: holds.get(record._id) }]),
  )
  return ({ project }) => {
    const found = byId.get(project)
    if (!found) throw new Error(`project ${project} is not on record`)
    return found
  }
}

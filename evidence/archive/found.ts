import type { Models } from '../../models/index.ts'
import { noDocuments, type Documents } from './expected.ts'

/** The documents of some cases that the record has; of editions and counters none, of duplicate keys and certificates their own. */
export async function findDocuments(models: Models, projects: string[]): Promise<Map<string, Documents>> {
  const found = new Map(projects.map((project) => [project, noDocuments()]))
  const of = { project: { $in: projects } }
  const [records, history, snapshots, tasks, certificates, duplicateKeys] = await Promise.all([
    models.projects.find({ _id: { $in: projects } }, { anchored: 0 }).lean(),
    models.history.find(of).sort({ project: 1, revision: 1 }).lean(),
    models.snapshots.find(of).lean(),
    models.tasks.find(of).lean(),
    models.certificates.find(of).lean(),
    models.duplicateKeys.find(of).lean(),
  ])
  for (const each of records) found.get(each._id)?.projects.set(each._id, each)
  for (const each of history) found.get(each.project)?.history.set(each._id, each)
  for (const each of snapshots) found.get(each.project)?.snapshots.set(each._id, each)
  for (const each of tasks) found.get(each.project)?.tasks.set(each._id, each)
  for (const each of certificates) found.get(each.project)?.certificates.set(each._id, each)
  for (const each of duplicateKeys) found.get(each.project)?.duplicateKeys.set(each._id, each)
  return found
}

/** What others may have written under the ids that some cases need: keys, numbers, counters; and their editions. */
export async function findShared(models: Models, needed: Documents[]): Promise<Documents> {
  const [editions, counters, duplicateKeys, certificates] = await Promise.all([
    among(needed, 'editions', (ids) => models.editions.find(ids).lean()),
    among(needed, 'counters', (ids) => models.counters.find(ids).lean()),
    among(needed, 'duplicateKeys', (ids) => models.duplicateKeys.find(ids).lean()),
    among(needed, 'certificates', (ids) => models.certificates.find(ids).lean()),
  ])
  return { ...noDocuments(), editions, counters, duplicateKeys, certificates }
}

/** What a case has of its own, and of what is shared the documents that it needs. */
export function withShared(own: Documents, shared: Documents, needed: Documents): Documents {
  return {
    ...own,
    editions: picked(shared.editions, needed.editions),
    counters: picked(shared.counters, needed.counters),
    duplicateKeys: new Map([...picked(shared.duplicateKeys, needed.duplicateKeys), ...own.duplicateKeys]),
    certificates: new Map([...picked(shared.certificates, needed.certificates), ...own.certificates]),
  }
}

type Asked = { _id: { $in: string[] } }

async function among<T extends { _id: string }>(
  needed: Documents[],
  name: keyof Documents,
  find: (ids: Asked) => PromiseLike<T[]>,
): Promise<Map<string, T>> {
  const ids = new Set(needed.flatMap((documents) => [...documents[name].keys()]))
  const found = ids.size > 0 ? await find({ _id: { $in: [...ids] } }) : []
  return new Map(found.map((document) => [document._id, document]))
}

function picked<T>(from: Map<string, T>, ids: Map<string, unknown>): Map<string, T> {
  return new Map(
    [...ids.keys()].flatMap((id) => {
      const found = from.get(id)
      return found === undefined ? [] : [[id, found] as const]
    }),
  )
}

import type { Models } from '../models/index.ts'
import { noDocuments, type Documents } from './expected.ts'

/** The documents of a case that the record has; of editions, counters and claims those that are asked for as well. */
export async function findDocuments(models: Models, project: string): Promise<Documents> {
  const of = { project }
  const [projects, history, snapshots, tasks, certificates, claims] = await Promise.all([
    models.projects.find({ _id: project }, { anchored: 0 }).lean(),
    models.history.find(of).sort({ revision: 1 }).lean(),
    models.snapshots.find(of).lean(),
    models.tasks.find(of).lean(),
    models.certificates.find(of).lean(),
    models.claims.find(of).lean(),
  ])
  return {
    ...noDocuments(),
    projects: byId(projects),
    history: byId(history),
    snapshots: byId(snapshots),
    tasks: byId(tasks),
    certificates: byId(certificates),
    claims: byId(claims),
  }
}

/** What others may have written under the ids that a case needs: keys, numbers, counters; and its edition. */
export async function findShared(models: Models, found: Documents, needed: Documents): Promise<Documents> {
  const among = ({ editions, counters, claims, certificates }: Documents) => ({
    editions: [...editions.keys()],
    counters: [...counters.keys()],
    claims: [...claims.keys()].filter((id) => !found.claims.has(id)),
    certificates: [...certificates.keys()].filter((id) => !found.certificates.has(id)),
  })
  const ids = among(needed)
  const [editions, counters, claims, certificates] = await Promise.all([
    ids.editions.length > 0 ? models.editions.find({ _id: { $in: ids.editions } }).lean() : [],
    ids.counters.length > 0 ? models.counters.find({ _id: { $in: ids.counters } }).lean() : [],
    ids.claims.length > 0 ? models.claims.find({ _id: { $in: ids.claims } }).lean() : [],
    ids.certificates.length > 0 ? models.certificates.find({ _id: { $in: ids.certificates } }).lean() : [],
  ])
  return {
    ...found,
    editions: byId(editions),
    counters: byId(counters),
    claims: new Map([...found.claims, ...byId(claims)]),
    certificates: new Map([...found.certificates, ...byId(certificates)]),
  }
}

function byId<T extends { _id: string }>(documents: T[]): Map<string, T> {
  return new Map(documents.map((document) => [document._id, document]))
}

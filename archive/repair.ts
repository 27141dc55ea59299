import type { AnyBulkWriteOperation, Model } from 'mongoose'
import type { Models } from '../models/index.ts'
import { duplicateKeys } from '../policy/duplicates.ts'
import type { Difference } from './compare.ts'
import type { Documents, Rebuilt } from './expected.ts'

/** What is to be repaired: the differences, what the record has and what it must have. */
export type Repair = { differences: Difference[]; found: Documents; expected: Documents }

/** A document with differences, and how to find it only if nobody has written it since. */
type Wrong = { collection: keyof Rebuilt; id: string; filter: Record<string, unknown> }

/**
 * Writes what the histories say where the record says something else. A document that somebody has written since it was read
 * stays as it is: the next comparison looks at it again. Nothing that is not wrong is touched.
 */
export async function repairCase(models: Models, project: string, repair: Repair): Promise<void> {
  const wrong = wrongOf(repair)
  const isNeeded = ({ collection, id }: Wrong) => repair.expected[collection].has(id)
  // Numbers and keys must be free before others can have them.
  for (const each of wrong.filter((one) => !isNeeded(one)))
    await modelOf(models, each.collection).deleteOne(each.filter)
  const needed = wrong.filter(isNeeded)
  for (const collection of new Set(needed.map((each) => each.collection))) {
    const all = needed.filter((each) => each.collection === collection)
    const writes = (await Promise.all(all.map((each) => writeOf(models, repair, each)))).flat()
    if (writes.length > 0) await modelOf(models, collection).bulkWrite(writes, { ordered: false })
  }
  // What is on record now is not what the anchors cover.
  await models.projects.updateOne({ _id: project }, { $set: { anchored: false } })
}

function wrongOf({ differences, found }: Repair): Wrong[] {
  const places = new Map(differences.map(({ collection, id }) => [`${collection} ${id}`, { collection, id }]))
  return [...places.values()].map(({ collection, id }) => {
    const guard = guards[collection]
    const value = guard && (found[collection].get(id) as Record<string, unknown> | undefined)?.[guard]
    return { collection, id, filter: { _id: id, ...(guard && value !== undefined && { [guard]: value }) } }
  })
}

/** The field that every writer of a document changes; lines, snapshots and editions are written once and for all. */
const guards: Partial<Record<keyof Rebuilt, string>> = {
  projects: 'revision',
  tasks: 'revision',
  claims: 'project',
  certificates: 'project',
  counters: 'last',
}

async function writeOf(
  models: Models,
  { found, expected }: Repair,
  { collection, id, filter }: Wrong,
): Promise<AnyBulkWriteOperation<Anything>[]> {
  const { _id, ...fields } = documentFor(collection, expected, id)
  // Several cases raise it at once.
  if (collection === 'counters')
    return [{ updateOne: { filter: { _id }, update: { $max: fields }, upsert: true } }]
  if (!found[collection].has(id))
    return [{ updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } }]
  if (collection === 'claims' && (await isHeldRightly(models, id, found))) return []
  return [{ replaceOne: { filter, replacement: { _id, ...fields } } }]
}

function documentFor(
  collection: keyof Rebuilt,
  { [collection]: documents }: Documents,
  id: string,
): Anything {
  const document = { ...documents.get(id), _id: id }
  if (collection === 'projects') return { ...document, anchored: false }
  return collection === 'editions' ? { ...document, loadedAt: new Date() } : document
}

/** Whether a key is held by another project that lives and needs it. */
async function isHeldRightly(
  { projects }: Models,
  key: string,
  { claims }: Pick<Documents, 'claims'>,
): Promise<boolean> {
  const fields = { outcome: 1, 'state.case.application': 1 } as const
  const holder = await projects.findById(claims.get(key)?.project, fields).lean()
  if (!holder || ['rejected', 'withdrawn', 'revoked'].includes(holder.outcome ?? '')) return false
  return duplicateKeys(holder.state.case.application).includes(key)
}

/** Any of the documents. */
type Anything = { _id: string; [field: string]: unknown }

/** The collection, for writes that are alike in all of them. */
function modelOf(models: Models, collection: keyof Rebuilt): Model<Anything> {
  return models[collection] as unknown as Model<Anything>
}

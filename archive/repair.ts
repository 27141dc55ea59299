import type { AnyBulkWriteOperation, Model } from 'mongoose'
import type { Models } from '../models/index.ts'
import { duplicateKeys } from '../policy/duplicates.ts'
import type { Difference } from './compare.ts'
import type { Documents, Rebuilt } from './expected.ts'
import { inTurns } from './turns.ts'

/** What is to be repaired of a case: the differences, what the record has and what it must have. */
export type Repair = { project: string; differences: Difference[]; found: Documents; expected: Documents }

/** A document with differences: what is to be written, if anything, and how to find it only if nobody has written it since. */
type Wrong = { repair: Repair; collection: keyof Rebuilt; id: string; filter: Record<string, unknown> }

/**
 * Writes what the histories say where the record says something else. A document that somebody has written since it was read
 * stays as it is: the next comparison looks at it again. Nothing that is not wrong is touched.
 */
export async function repairCases(models: Models, repairs: Repair[]): Promise<void> {
  const wrong = repairs.flatMap(wrongOf)
  // Numbers and keys must be free before others can have them.
  await writeAll(
    models,
    wrong.filter((each) => !isNeeded(each)),
    ({ filter }) => [{ deleteOne: { filter } }],
  )
  await writeAll(models, wrong.filter(isNeeded), (each) => writeOf(models, each))
  // What is on record now is not what the anchors cover.
  const ids = repairs.map(({ project }) => project)
  await models.projects.updateMany({ _id: { $in: ids } }, { $set: { anchored: false } })
}

function isNeeded({ repair, collection, id }: Wrong): boolean {
  return repair.expected[collection].has(id)
}

function wrongOf(repair: Repair): Wrong[] {
  const { differences, found } = repair
  const places = new Map(differences.map(({ collection, id }) => [`${collection} ${id}`, { collection, id }]))
  return [...places.values()].map(({ collection, id }) => {
    const guard = guards[collection]
    const value = guard && (found[collection].get(id) as Record<string, unknown> | undefined)?.[guard]
    const filter = { _id: id, ...(guard && value !== undefined && { [guard]: value }) }
    return { repair, collection, id, filter }
  })
}

/** One write a collection, in the order in which the collections were compared. */
async function writeAll(
  models: Models,
  wrong: Wrong[],
  write: (each: Wrong) => Write[] | Promise<Write[]>,
): Promise<void> {
  for (const collection of new Set(wrong.map((each) => each.collection))) {
    const all = wrong.filter((each) => each.collection === collection)
    const writes = (await inTurns(all, 8, async (each) => write(each))).flat()
    if (writes.length > 0) await modelOf(models, collection).bulkWrite(writes, { ordered: false })
  }
}

/** The field that every writer of a document changes; lines, snapshots and editions are written once and for all. */
const guards: Partial<Record<keyof Rebuilt, string>> = {
  projects: 'revision',
  tasks: 'revision',
  claims: 'project',
  certificates: 'project',
  counters: 'last',
}

async function writeOf(models: Models, { repair, collection, id, filter }: Wrong): Promise<Write[]> {
  const { found, expected } = repair
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
type Write = AnyBulkWriteOperation<Anything>

/** The collection, for writes that are alike in all of them. */
function modelOf(models: Models, collection: keyof Rebuilt): Model<Anything> {
  return models[collection] as unknown as Model<Anything>
}

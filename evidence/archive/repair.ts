import type { Model } from 'mongoose'
import pMap from 'p-map'
import type { Models } from '../../models/index.ts'
import { editionOfHash } from '../../models/known-editions.ts'
import { nativeOf } from '../../models/native.ts'
import { duplicateKeysOf, mayBeFiledAgain } from '../../policy/case/duplicates.ts'
import type { RecordDifference } from './compare.ts'
import type { Documents, Rebuilt } from './expected.ts'
import type { Moving } from './moving.ts'

/** What is to be repaired of a case: the differences, what the record has and what it must have, and what is being written. */
export type Repair = {
  project: string
  differences: RecordDifference[]
  found: Documents
  expected: Documents
  moving: Moving | null
}

/** A document with differences. */
type Wrong = { repair: Repair; collection: keyof Rebuilt; id: string }

/**
 * Writes what the histories say where the record says something else. A document that somebody has written since it was read
 * stays as it is: the next comparison finds it again. Of a case that is being written only documents that are missing are
 * put there, for its steps may be waiting for them. Nothing that is not wrong is touched.
 */
export async function repairCases(models: Models, repairs: Repair[]): Promise<void> {
  const wrong = repairs.flatMap(wrongOf)
  // Numbers and keys must be free before others can have them.
  await writeAll(
    wrong.filter((each) => !isNeeded(each)),
    (collection, some) => removeAll(models, collection, some),
  )
  await writeAll(wrong.filter(isNeeded), async (collection, some) => {
    await insertAll(models, collection, some.filter(isInserted))
    await replaceAll(
      models,
      collection,
      some.filter((each) => !isInserted(each)),
    )
  })
  // What is on record now is not what the anchors cover.
  const ids = repairs.map(({ project }) => project)
  await models.projects.updateMany({ _id: { $in: ids } }, { $set: { anchored: false } })
}

function isNeeded({ repair, collection, id }: Wrong): boolean {
  return repair.expected[collection].has(id)
}

function isMissing({ repair, collection, id }: Wrong): boolean {
  return !repair.found[collection].has(id)
}

/** A counter is only ever raised, by whichever case has the highest number. */
function isInserted(wrong: Wrong): boolean {
  return isMissing(wrong) || wrong.collection === 'counters'
}

function wrongOf(repair: Repair): Wrong[] {
  const documents = new Map(
    repair.differences.map(({ collection, id }) => [`${collection} ${id}`, { repair, collection, id }]),
  )
  return [...documents.values()].filter((wrong) => !repair.moving || isInserted(wrong))
}

/** One collection after the other, in the order in which they were compared. */
async function writeAll(
  wrong: Wrong[],
  write: (collection: keyof Rebuilt, some: Wrong[]) => Promise<void>,
): Promise<void> {
  for (const collection of new Set(wrong.map((each) => each.collection)))
    await write(
      collection,
      wrong.filter((each) => each.collection === collection),
    )
}

async function removeAll(models: Models, collection: keyof Rebuilt, wrong: Wrong[]): Promise<void> {
  const writes = wrong
    .filter((each) => !isMissing(each))
    .map((each) => ({ deleteOne: { filter: asFound(each) } }))
  if (writes.length > 0) await nativeOf(modelOf(models, collection)).bulkWrite(writes, unordered)
}

async function insertAll(models: Models, collection: keyof Rebuilt, wrong: Wrong[]): Promise<void> {
  const writes = wrong.map(({ repair, id }) => {
    const { _id, ...fields } = documentFor(collection, repair.expected, id)
    // Several cases raise a counter at once.
    const update = collection === 'counters' ? { $max: fields } : { $setOnInsert: fields }
    return { updateOne: { filter: { _id }, update, upsert: true } }
  })
  if (writes.length > 0) await modelOf(models, collection).bulkWrite(writes, unordered)
}

async function replaceAll(models: Models, collection: keyof Rebuilt, wrong: Wrong[]): Promise<void> {
  const model = modelOf(models, collection)
  const writeOf = async (each: Wrong) => {
    const { repair, id } = each
    if (collection === 'duplicateKeys' && (await isHeldRightly(models, id, repair.found))) return []
    const replacement = new model(documentFor(collection, repair.expected, id)).toObject()
    return [{ replaceOne: { filter: asFound(each), replacement } }]
  }
  const writes = await pMap(wrong, writeOf, { concurrency: 8 })
  if (writes.flat().length > 0)
    await nativeOf(modelOf(models, collection)).bulkWrite(writes.flat(), unordered)
}

const unordered = { ordered: false } as const

/** Finds a document only if it is still as it was read. Asked of MongoDB itself: it may have fields that no schema has. */
function asFound({ repair, collection, id }: Wrong): Anything {
  return { ...repair.found[collection].get(id), _id: id }
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
  models: Models,
  key: string,
  { duplicateKeys }: Pick<Documents, 'duplicateKeys'>,
): Promise<boolean> {
  const fields = { outcome: 1, editionHash: 1, 'state.case.application': 1 } as const
  const holder = await models.projects.findById(duplicateKeys.get(key)?.project, fields).lean()
  if (!holder || mayBeFiledAgain(holder.outcome)) return false
  const edition = await editionOfHash(models, holder.editionHash)
  return duplicateKeysOf(edition, holder.state.case.application).includes(key)
}

/** Any of the documents. */
type Anything = { _id: string; [field: string]: unknown }

/** The collection, for writes that are alike in all of them. */
function modelOf(models: Models, collection: keyof Rebuilt): Model<Anything> {
  return models[collection] as unknown as Model<Anything>
}

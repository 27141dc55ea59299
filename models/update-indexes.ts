import { mongo, type Model } from 'mongoose'
import { createIndexes, type Models } from './index.ts'

/** Another process that does the same may come in between so often. */
const tries = 5

/**
 * Brings the indexes of every collection to what its schema declares: makes what is missing, and then drops what is declared
 * no more, so that no question is without an index in between; one that is declared otherwise under its name must go first.
 * Several processes may do this at once. Other collections of the database, and `_id_`, are left alone.
 */
export async function updateIndexes(models: Models): Promise<void> {
  for (let left = tries; ; left -= 1)
    try {
      await dropStale(models, (name, declared) => declared.has(name))
      await createIndexes(models)
      await dropStale(models, () => true)
      return
    } catch (error) {
      if (left === 1 || !isOfAnother(error)) throw error
    }
}

async function dropStale(
  { connection }: Models,
  isConcerned: (name: string, declared: ReadonlySet<string>) => boolean,
): Promise<void> {
  await Promise.all(
    Object.values(connection.models).map(async (model) => {
      const { toDrop } = await model.diffIndexes()
      const declared = namesOf(model)
      for (const name of toDrop)
        if (isConcerned(name, declared)) await model.collection.dropIndex(name).catch(unlessGone)
    }),
  )
}

/** The names that MongoDB gives the indexes of a schema. */
function namesOf({ schema }: Pick<Model<unknown>, 'schema'>): ReadonlySet<string> {
  return new Set(schema.indexes().map(([key]) => Object.entries(key).flat().join('_')))
}

/** By MongoDB's numbers: the index is there otherwise, under this name or another; it was dropped while it was made; it is being made. */
const ofAnother: ReadonlySet<unknown> = new Set([85, 86, 276, 12_587])
const indexNotFound = 27

function isOfAnother(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && ofAnother.has(error.code)
}

function unlessGone(error: unknown): void {
  if (!(error instanceof mongo.MongoServerError) || error.code !== indexNotFound) throw error
}

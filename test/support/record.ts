import { randomUUID } from 'node:crypto'
import { ConnectionStates, type mongo } from 'mongoose'
import { connectModels, createIndexes, type Models } from '../../models/index.ts'
import { engines } from './engines.ts'

/** Emptied records, for the files that this process runs next: to make all indexes takes longer than many a test. */
const emptied: Models[] = []

/** An empty record with all its indexes, in a database of its own until it is dropped. */
export async function openRecord({ monitorCommands = false } = {}): Promise<{
  models: Models
  drop: () => Promise<void>
}> {
  const models = (monitorCommands ? undefined : emptied.pop()) ?? (await makeRecord(monitorCommands))
  // Also of an emptied one: a test may have dropped an index, and those that are there cost nothing.
  await createIndexes(models)
  return {
    models,
    async drop() {
      if (!monitorCommands && (await empty(models))) emptied.push(models)
      else await models.connection.close()
    },
  }
}

function makeRecord(monitorCommands: boolean): Promise<Models> {
  const database = `test-${randomUUID().slice(0, 8)}`
  const uri = engines().mongoUri.replace('/zhigai?', `/${database}?`)
  return connectModels(uri, { monitorCommands })
}

/** Empties a record; false if a test has closed its connection or changed a collection, so that the next one cannot have it. */
async function empty({ connection }: Models): Promise<boolean> {
  if (connection.readyState !== ConnectionStates.connected) return false
  const collections = (await connection.db?.listCollections().toArray()) ?? []
  if (
    collections.some(({ options }: mongo.CollectionInfo) => Object.keys(options?.validator ?? {}).length > 0)
  )
    return false
  await Promise.all(
    collections.map(({ name }) =>
      name.startsWith('system.')
        ? connection.dropCollection(name)
        : connection.collection(name).deleteMany({}),
    ),
  )
  return true
}

import type { Connection, mongo } from 'mongoose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectModels, type Models } from '../../models/index.ts'
import { updateIndexes } from '../../models/update-indexes.ts'
import { openRecord } from '../support/record.ts'

let models: Models
let drop: () => Promise<void>
let declared: Map<string, mongo.IndexDescriptionInfo[]>

beforeAll(async () => {
  ;({ models, drop } = await openRecord({ monitorCommands: true }))
  declared = await indexesOf(models.connection)
})
afterAll(() => drop())

/** The indexes of every collection of the schemas, by their names. */
async function indexesOf({ models: all, db }: Connection) {
  if (!db) throw new Error('the record is not connected')
  const found = await Promise.all(
    Object.values(all).map(async ({ collection: { name } }) => {
      const indexes = await db.collection(name).indexes()
      return [name, indexes.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1))] as const
    }),
  )
  return new Map(found)
}

/** Leaves a record as an older build had it: with indexes of its own, one of which is now made otherwise. */
async function makeOlder(): Promise<void> {
  const { tasks, projects, notices } = models
  for (const name of ['project_1', 'roles_1_dueOn_1__id_1']) await tasks.collection.dropIndex(name)
  await tasks.collection.createIndex({ project: 1 }, { sparse: true })
  await projects.collection.createIndex(
    { phase: 1, _id: 1 },
    { partialFilterExpression: { 'state.done': false } },
  )
  await notices.collection.createIndex({ status: 1, message: 1, sendAt: 1 })
}

/** The commands about indexes that are sent meanwhile, but for those that look. */
async function sentIn(work: () => Promise<void>): Promise<string[]> {
  const client = models.connection.getClient()
  const sent: string[] = []
  const note = ({ commandName }: mongo.CommandStartedEvent) => void sent.push(commandName)
  client.on('commandStarted', note)
  await work()
  client.off('commandStarted', note)
  return sent.filter((name) => name.endsWith('Indexes') && name !== 'listIndexes')
}

it('what is declared no more is dropped, and what is declared otherwise made anew', async () => {
  await makeOlder()
  await updateIndexes(models)
  expect(await indexesOf(models.connection)).toEqual(declared)
})

it('nothing is dropped where nothing has changed', async () => {
  expect(new Set(await sentIn(() => updateIndexes(models)))).toEqual(new Set(['createIndexes']))
})

it('a collection that is not of the record keeps its own', async () => {
  const foreign = models.connection.collection('of-somebody-else')
  await foreign.createIndex({ theirs: 1 })
  await updateIndexes(models)
  expect((await foreign.indexes()).map(({ name }) => name)).toEqual(['_id_', 'theirs_1'])
})

it('processes that begin at once, again and again, come to the same', async () => {
  const { host, port, name } = models.connection
  const uri = `mongodb://${host}:${port}/${name}?directConnection=true`
  const others = await Promise.all([1, 2, 3].map(() => connectModels(uri)))
  try {
    for (let round = 0; round < 5; round += 1) {
      await makeOlder()
      await Promise.all([models, ...others].map(updateIndexes))
      expect(await indexesOf(models.connection)).toEqual(declared)
    }
  } finally {
    await Promise.all(others.map(({ connection }) => connection.close()))
  }
})

it('a duplicate that forbids an index is told, and not tried again', async () => {
  const { certificates } = models
  await certificates.collection.dropIndex('project_1')
  const twice = [1, 2].map((number) => ({ _id: String(number), project: 'p-1' }))
  await certificates.collection.insertMany(twice as unknown as mongo.OptionalId<mongo.Document>[])
  await expect(updateIndexes(models)).rejects.toThrow('E11000')
})

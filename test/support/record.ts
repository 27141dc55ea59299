import { randomUUID } from 'node:crypto'
import { connectModels, createIndexes, type Models } from '../../models/index.ts'
import { engines } from './engines.ts'

/** An empty record with all its indexes, in a database of its own. */
export async function openRecord({ monitorCommands = false } = {}): Promise<{
  models: Models
  drop: () => Promise<void>
}> {
  const database = `test-${randomUUID().slice(0, 8)}`
  const uri = engines().mongoUri.replace('/zhigai?', `/${database}?`)
  const models = await connectModels(uri, { monitorCommands })
  await createIndexes(models)
  return {
    models,
    async drop() {
      await models.connection.dropDatabase()
      await models.connection.close()
    },
  }
}

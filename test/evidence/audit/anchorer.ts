import mongoose from 'mongoose'
import { z } from 'zod'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { connectModels } from '../../../models/index.ts'
import { suiteNames } from '../../../policy/integrity/anchors.ts'

// Anchors once, or kills itself right after so many writes have been sent.
type Write = (...args: unknown[]) => Promise<unknown>
const [mongoUri = '', dataDir = '', suite = 'ed25519', writes = '0'] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const models = await connectModels(mongoUri)
let sent = 0
const collection = mongoose.mongo.Collection.prototype as unknown as Record<string, Write>
for (const name of ['insertOne', 'insertMany', 'bulkWrite', 'updateOne']) {
  const original = collection[name]
  collection[name] = async function countWrite(...args: unknown[]) {
    const result = await original?.apply(this, args)
    sent += 1
    if (sent === Number(writes)) process.kill(process.pid, 'SIGKILL')
    return result
  }
}
await anchorDay({ models, location: { dataDir, suite: z.enum(suiteNames).parse(suite) }, now: Date.now })
await models.connection.close()
process.exit()

import mongoose from 'mongoose'
import { anchorDay } from '../../../dist/evidence/audit/anchor.js'
import { connectModels } from '../../../dist/models/index.js'

// Anchors once, or kills itself right after so many writes have been sent. Runs from the build.
const [mongoUri = '', dataDir = '', suite = 'ed25519', writes = '0'] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const models = await connectModels(mongoUri)
let sent = 0
const { Collection } = mongoose.mongo
for (const name of ['insertOne', 'insertMany', 'bulkWrite', 'updateOne']) {
  const original = Collection.prototype[name]
  Collection.prototype[name] = async function countWrite(...args) {
    const result = await original.apply(this, args)
    sent += 1
    if (sent === Number(writes)) process.kill(process.pid, 'SIGKILL')
    return result
  }
}
await anchorDay({ models, place: { dataDir, suite }, now: Date.now })
await models.connection.close()
process.exit()

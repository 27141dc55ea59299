import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

// Puts a new key in place, or kills itself right after so many files have been replaced.
const [dataDir = '', times = '0'] = process.argv.slice(2)
const { rename } = promises
let done = 0
promises.rename = async function countRename(...args) {
  await rename(...args)
  done += 1
  if (done === Number(times)) process.kill(process.pid, 'SIGKILL')
}
syncBuiltinESMExports()
const { rotateKey } = await import('../../../evidence/audit/keys.ts')
await rotateKey({ dataDir, suite: 'ed25519' }, new Date())

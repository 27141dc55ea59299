import { temporal, mongod } from '../../dist/local/engines/pins.js'
import { startMongod } from '../../dist/local/engines/mongod.js'
import { provideBinary } from '../../dist/local/engines/provide-binary.js'
import { startTemporal } from '../../dist/local/engines/temporal.js'

// A parent for tests to kill: it starts both engines, tells their pids, and stays. Runs from the build, as the real one does.
const [cacheDir = '', dataDir = ''] = process.argv.slice(2)
const log = (line) => console.error(line)
const [server, database] = await Promise.all([
  provideBinary(temporal, { cacheDir, log }).then((binary) =>
    startTemporal({ binary, dataDir, namespace: 'default', log }),
  ),
  provideBinary(mongod, { cacheDir, log }).then((binary) => startMongod({ binary, dataDir, log })),
])
console.log(JSON.stringify([server.pid, database.pid]))

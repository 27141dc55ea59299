import { temporal, mongod } from '../../local/engines/pins.ts'
import { startMongod } from '../../local/engines/mongod.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'
import { startTemporal } from '../../local/engines/temporal.ts'

// A parent for tests to kill: it starts both engines, tells their pids, and stays.
const [cacheDir = '', dataDir = ''] = process.argv.slice(2)
const log = (line: string) => console.error(line)
const [server, database] = await Promise.all([
  provideBinary(temporal, { cacheDir, log }).then((binary) =>
    startTemporal({ binary, dataDir, namespace: 'default', log }),
  ),
  provideBinary(mongod, { cacheDir, log }).then((binary) => startMongod({ binary, dataDir, log })),
])
console.log(JSON.stringify([server.pid, database.pid]))

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { mongo } from 'mongoose'
import { type EngineProcess, onPort, runEngine, untilReady } from './engine-process.ts'

const replicaSet = 'rs0'
const notYetInitialized = 94

/** What a MongoDB of ours needs. */
export type MongodOptions = {
  binary: string
  dataDir: string
  port?: number | undefined
  /** False where nothing outlives the run: what a majority has need not be on disk. */
  durable?: boolean
  log: (line: string) => void
}

/** A running MongoDB and the address to reach its database by. */
export type Mongod = EngineProcess & { port: number; uri: string }

/** Starts MongoDB as a replica set of one on the data folder, and waits until it takes writes. */
export async function startMongod(options: MongodOptions): Promise<Mongod> {
  await mkdir(join(options.dataDir, 'mongo'), { recursive: true })
  return onPort(options.port, (port) => startOn(port, options))
}

async function startOn(
  port: number,
  { binary, dataDir, durable = true, log }: MongodOptions,
): Promise<Mongod> {
  const engine = await runEngine({
    name: 'MongoDB',
    binary,
    args: mongodArgs(join(dataDir, 'mongo'), port),
    logFile: join(dataDir, 'mongo.log'),
    dataDir,
    log,
  })
  const host = `127.0.0.1:${port}`
  await untilReady(engine, () => becomesPrimary(host, durable))
  return { ...engine, port, uri: `mongodb://${host}/zhigai?replicaSet=${replicaSet}` }
}

function mongodArgs(dbpath: string, port: number): string[] {
  const parameters = [
    'diagnosticDataCollectionEnabled=false',
    'shutdownTimeoutMillisForSignaledShutdown=1000',
    // What a killed worker leaves open stops every certificate of a district for so long; ours take fractions of a second.
    'transactionLifetimeLimitSeconds=3',
  ]
  return [
    ['--dbpath', dbpath],
    `--port ${port} --bind_ip 127.0.0.1 --nounixsocket --quiet`.split(' '),
    `--replSet ${replicaSet} --wiredTigerCacheSizeGB 0.5`.split(' '),
    // Of an operation that is slow it would log the values, and with them people.
    ['--slowms', String(2 ** 31 - 1)],
    parameters.flatMap((parameter) => ['--setParameter', parameter]),
  ].flat()
}

/** A client whose first attempt fails is closed for good, so every attempt has its own. */
async function becomesPrimary(host: string, durable: boolean): Promise<boolean> {
  const patience = { serverSelectionTimeoutMS: 2000, minHeartbeatFrequencyMS: 50 }
  const client = new mongo.MongoClient(`mongodb://${host}/?directConnection=true`, patience)
  try {
    return await bringToPrimary(client.db('admin'), host, durable)
  } finally {
    await client.close()
  }
}

/** Brings the replica set to this address, which a restart may have changed, and says whether it takes writes. */
async function bringToPrimary(admin: mongo.Db, host: string, durable: boolean): Promise<boolean> {
  const config = await findReplicaConfig(admin)
  if (!config) {
    await admin.command({
      replSetInitiate: {
        _id: replicaSet,
        members: [{ _id: 0, host }],
        writeConcernMajorityJournalDefault: durable,
        settings: { electionTimeoutMillis: 1000 },
      },
    })
    return false
  }
  if (config.members[0]?.host !== host) {
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] }
    await admin.command({ replSetReconfig: moved, force: true })
    return false
  }
  const hello = await admin.command({ hello: 1 })
  return hello['isWritablePrimary'] === true
}

type ReplicaConfig = { version: number; members: { host: string }[] }

async function findReplicaConfig(admin: mongo.Db): Promise<ReplicaConfig | undefined> {
  try {
    const answer = await admin.command({ replSetGetConfig: 1 })
    return answer['config']
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === notYetInitialized) return undefined
    throw error
  }
}

import { mongo } from 'mongoose'
import type { Config } from '../../server/config.ts'
import type { RoomWatch } from '../../server/room.ts'
import { type Keeping, supervise, type Supervised } from '../supervise.ts'
import { UserError } from '../../server/user-error.ts'
import type { EngineProcess } from './engine-process.ts'
import { startMongod } from './mongod.ts'
import { mongod, temporal } from './pins.ts'
import { provideBinary } from './provide-binary.ts'
import { hasNamespace, startTemporal } from './temporal.ts'

const patience = 10_000

/** The engines of a run; stop() ends those that are ours, Temporal first. */
export type Engines = {
  mongoUri: string
  temporalAddress: string
  uiUrl: string | undefined
  stop(): Promise<void>
}

type Log = (line: string) => void
type Mongo = { uri: string; engine?: Supervised }
type Temporal = { address: string; uiUrl?: string; engine?: Supervised }

/** What `provideEngines` is told of the run: who hears of an engine that keeps ending, and who knows of room on the disk. */
export type EnginesOptions = {
  onFailure?: (reason: string) => void
  room?: Pick<RoomWatch, 'untilRoom'>
}

const alwaysRoom = { untilRoom: () => Promise.resolve(false) }

/**
 * Uses the engines whose addresses are set and starts the others, both at once. One of ours that ends by itself is started
 * again on the same port; `onFailure` hears of one that keeps ending.
 */
export async function provideEngines(
  config: Config,
  log: Log,
  { onFailure, room = alwaysRoom }: EnginesOptions = {},
): Promise<Engines> {
  const keeping = { log, room }
  const both = [provideTemporal(config, keeping), provideMongo(config, keeping)] as const
  const settled = await Promise.allSettled(both)
  const engines = settled.flatMap((result) =>
    result.status === 'fulfilled' ? (result.value.engine ?? []) : [],
  )
  const stop = async () => {
    for (const engine of engines) await engine.stop()
  }
  for (const engine of engines) void engine.failed.then(onFailure)
  try {
    const [server, database] = await Promise.all(both)
    return { mongoUri: database.uri, temporalAddress: server.address, uiUrl: server.uiUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function provideMongo({ mongodbUri, dataDir, cacheDir }: Config, keeping: Keeping): Promise<Mongo> {
  if (mongodbUri !== undefined) {
    await assertReplicaSet(mongodbUri)
    return { uri: mongodbUri }
  }
  const { log } = keeping
  const binary = await provideBinary(mongod, { cacheDir, log })
  log('启动 MongoDB… starting MongoDB')
  const options = { binary, dataDir, log }
  const first = await startMongod(options)
  const again = () => startMongod({ ...options, port: first.port })
  return { uri: first.uri, engine: keepEngine(first, again, keeping) }
}

async function provideTemporal(config: Config, keeping: Keeping): Promise<Temporal> {
  const { temporalAddress, temporalNamespace: namespace, dataDir, cacheDir } = config
  if (temporalAddress !== undefined) {
    await assertNamespace(temporalAddress, namespace)
    return { address: temporalAddress }
  }
  const { log } = keeping
  const binary = await provideBinary(temporal, { cacheDir, log })
  log('启动 Temporal… starting Temporal')
  const options = { binary, dataDir, namespace, log }
  const first = await startTemporal(options)
  const again = () => startTemporal({ ...options, port: first.port, uiPort: first.uiPort })
  return { address: first.address, uiUrl: first.uiUrl, engine: keepEngine(first, again, keeping) }
}

/** Supervises an engine; of one that fails, the reason names its log. */
function keepEngine(first: EngineProcess, again: () => Promise<EngineProcess>, keeping: Keeping): Supervised {
  const supervised = supervise(first, again, keeping)
  return { ...supervised, failed: supervised.failed.then((reason) => `${reason}; see ${first.logFile}`) }
}

async function assertReplicaSet(uri: string): Promise<void> {
  const hello = await greet(uri).catch((error: unknown) => {
    throw new UserError(
      `MONGODB_URI 所设的 MongoDB 在 ${patience / 1000} 秒内无应答，请启动它或改正设置 · ` +
        `the MongoDB of MONGODB_URI does not answer within ${patience / 1000} s (${reasonOf(error)})`,
    )
  })
  // Transactions and change streams need one; mongos, before a sharded cluster, says isdbgrid.
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid')
    throw new UserError(
      'MONGODB_URI 所设的 MongoDB 不是副本集，请以 --replSet 启动并初始化 · ' +
        'the MongoDB of MONGODB_URI is not a replica set; start it with --replSet and initiate it',
    )
}

async function greet(uri: string): Promise<mongo.Document> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: patience })
  try {
    return await client.db('admin').command({ hello: 1 })
  } finally {
    await client.close()
  }
}

async function assertNamespace(address: string, namespace: string): Promise<void> {
  const found = await hasNamespace(address, namespace, patience).catch((error: unknown) => {
    throw new UserError(
      `TEMPORAL_ADDRESS 所设的 Temporal（${address}）在 ${patience / 1000} 秒内无应答，请启动它或改正设置 · ` +
        `the Temporal server of TEMPORAL_ADDRESS (${address}) does not answer within ${patience / 1000} s (${reasonOf(error)})`,
    )
  })
  if (!found)
    throw new UserError(
      `Temporal（${address}）没有命名空间“${namespace}”，请将 TEMPORAL_NAMESPACE 设为已有的 · ` +
        `the Temporal server ${address} has no namespace "${namespace}"; set TEMPORAL_NAMESPACE to one`,
    )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

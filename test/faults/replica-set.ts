import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongo } from 'mongoose'
import { expect, vi } from 'vitest'
import { onPort, runEngine, untilReady, type EngineProcess } from '../../local/engines/engine-process.ts'
import { mongod } from '../../local/engines/pins.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'
import { projectRoot } from '../../server/root.ts'

const name = 'rs0'
/** Who is silent for so long is replaced (milliseconds); MongoDB itself would wait for ten seconds. */
const electionMs = 1_000
const patience = { timeout: 60_000, interval: 50 }

/** A member of a replica set; once it was killed, `start` gives it a new process on its port and data. */
export type Member = { host: string; pid: number; start(): Promise<void>; stop(): Promise<void> }

/** A transaction, by what its commands carry. */
export type TransactionKey = { lsid: { id: mongo.Binary }; txnNumber: mongo.Long }

/** Starts three MongoDBs as one replica set, of which any two make a majority, and waits until one of them takes writes. */
export async function startReplicaSet() {
  const binary = await provideBinary(mongod, {
    cacheDir: join(projectRoot, '.cache'),
    log: (line) => console.error(line),
  })
  const folder = mkdtempSync(join(tmpdir(), 'zhigai-replica-set-'))
  const members = await Promise.all([0, 1, 2].map((index) => startMember(binary, join(folder, `${index}`))))
  await initiate(members)
  const set = {
    uri: `mongodb://${members.map(({ host }) => host).join()}/zhigai?replicaSet=${name}`,
    /** The member that takes writes. */
    primary: () => vi.waitFor(() => findPrimary(members), patience),
    others: (member: Member) => members.filter((each) => each !== member),
    /** Waits until each member takes part, those that were started again too. */
    async untilWhole(): Promise<void> {
      await vi.waitFor(async () => {
        const states = await Promise.all(members.map(stateOf))
        expect(states.toSorted()).toEqual(['primary', 'secondary', 'secondary'])
      }, patience)
    },
    async stop(): Promise<void> {
      await Promise.all(members.map((member) => member.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await set.untilWhole()
  return set
}

/** A replica set, for tests to kill members of. */
export type ReplicaSet = Awaited<ReturnType<typeof startReplicaSet>>

async function startMember(binary: string, folder: string): Promise<Member> {
  mkdirSync(folder)
  const run = async (port: number): Promise<EngineProcess> => {
    const engine = await runEngine({
      name: 'MongoDB',
      binary,
      args: argsOf(folder, port),
      logFile: join(folder, 'mongod.log'),
      dataDir: folder,
      log: () => undefined,
    })
    await untilReady(engine, () => atMember(`127.0.0.1:${port}`, async (db) => (await hello(db))['ok'] === 1))
    return engine
  }
  let engine: EngineProcess | undefined
  const port = await onPort(undefined, async (free) => {
    engine = await run(free)
    return free
  })
  const current = () => {
    if (!engine) throw new Error('a member that was never started')
    return engine
  }
  return {
    host: `127.0.0.1:${port}`,
    get pid() {
      return current().pid
    },
    async start() {
      await current().ended
      engine = await run(port)
    },
    stop: () => current().stop(),
  }
}

function argsOf(folder: string, port: number): string[] {
  return [
    ['--dbpath', folder],
    `--port ${port} --bind_ip 127.0.0.1 --nounixsocket --quiet`.split(' '),
    `--replSet ${name} --oplogSize 200 --wiredTigerCacheSizeGB 0.25`.split(' '),
    // As an installation has it (`local/engines/mongod.ts`).
    '--setParameter transactionLifetimeLimitSeconds=3 --setParameter diagnosticDataCollectionEnabled=false'.split(
      ' ',
    ),
  ].flat()
}

async function initiate(members: readonly Member[]): Promise<void> {
  const config = {
    _id: name,
    members: members.map(({ host }, _id) => ({ _id, host })),
    settings: { electionTimeoutMillis: electionMs, heartbeatIntervalMillis: electionMs / 5 },
  }
  await atMember(members[0]?.host ?? '', (db) => db.command({ replSetInitiate: config }))
}

/** Asks one member, whatever its part in the set is. */
async function atMember<T>(host: string, ask: (db: mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2_000,
    minHeartbeatFrequencyMS: 50,
    readPreference: 'secondaryPreferred',
  })
  try {
    return await ask(client.db('admin'))
  } finally {
    await client.close()
  }
}

function hello(db: mongo.Db): Promise<mongo.Document> {
  return db.command({ hello: 1 })
}

async function stateOf({ host }: Member): Promise<string> {
  const { isWritablePrimary, secondary } = await atMember(host, hello)
  if (isWritablePrimary === true) return 'primary'
  return secondary === true ? 'secondary' : 'neither'
}

/** The first who says so: one that was killed would let us wait. */
function findPrimary(members: readonly Member[]): Promise<Member> {
  const asked = members.map(async (member) => {
    expect(await stateOf(member)).toBe('primary')
    return member
  })
  return Promise.any(asked)
}

/** Waits until a member has a transaction in its log, from where others copy it. */
export async function untilItHas({ host }: Member, { lsid, txnNumber }: TransactionKey): Promise<void> {
  await atMember(host, async ({ client }) => {
    const log = client.db('local').collection('oplog.rs')
    await vi.waitFor(
      async () => {
        const found = await log.findOne({ 'lsid.id': lsid.id, txnNumber }, { sort: { $natural: -1 } })
        expect(found).not.toBeNull()
      },
      { ...patience, interval: 1 },
    )
  })
}

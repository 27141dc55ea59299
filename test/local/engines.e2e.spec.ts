import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { provideEngines } from '../../local/engines/index.ts'
import { type Mongod, startMongod } from '../../local/engines/mongod.ts'
import { mongod, temporal } from '../../local/engines/pins.ts'
import { freePort } from '../../server/ports.ts'
import { findProcess } from '../../local/engines/process.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'
import { hasNamespace, startTemporal } from '../../local/engines/temporal.ts'
import { projectRoot } from '../../server/root.ts'

const cacheDir = join(projectRoot, '.cache')
const patience = { timeout: 120_000 }
const log = () => undefined

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'zhigai-engines-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

async function mongodOn(port?: number): Promise<Mongod> {
  return startMongod({ binary: await provideBinary(mongod, { cacheDir, log }), dataDir, port, log })
}

async function withClient<T>(uri: string, work: (client: mongo.MongoClient) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(uri)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

async function untilGone(...pids: number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter((pid) => findProcess(pid))).toEqual([]), {
    timeout: 30_000,
    interval: 50,
  })
}

/** Starts both engines in a process of its own and gives their pids. */
async function startParent(): Promise<{ parent: ChildProcess; pids: number[] }> {
  const script = join(projectRoot, 'test', 'local', 'engine-parent.ts')
  const parent = spawn(process.execPath, [script, cacheDir, dataDir], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  return { parent, pids: JSON.parse(String(line)) }
}

describe('MongoDB', patience, () => {
  it('keeps its data and stays writable when it comes back on another port', async () => {
    const first = await mongodOn()
    await withClient(first.uri, (client) => client.db().collection('things').insertOne({ name: '一' }))
    await first.stop()
    expect(findProcess(first.pid)).toBeUndefined()

    const second = await mongodOn()
    expect(second.uri).not.toBe(first.uri)
    await withClient(second.uri, async (client) => {
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await client.db().collection('things').insertOne({ name: '二' }, { session })
        }),
      )
      const changes = client.db().collection('things').watch()
      const next = changes.next()
      await vi.waitFor(() => expect(changes.resumeToken).toBeTruthy())
      await client.db().collection('things').insertOne({ name: '三' })
      await expect(next).resolves.toMatchObject({ operationType: 'insert' })
      await changes.close()
      await expect(client.db().collection('things').countDocuments()).resolves.toBe(3)
    })
    await second.stop()
  })

  it('says where to look when it cannot start', async () => {
    const port = await freePort()
    const holder = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
    await expect(mongodOn(port)).rejects.toThrow(
      /^MongoDB .* · MongoDB ended while starting \(exit code \d+\); see .*mongo\.log$/,
    )
    holder.close()
  })
})

describe('Temporal', patience, () => {
  it('answers on the namespace, with its Web UI, and ends when asked', async () => {
    const binary = await provideBinary(temporal, { cacheDir, log })
    const server = await startTemporal({ binary, dataDir: undefined, namespace: 'certification', log })
    const page = await vi.waitFor(() => fetch(server.uiUrl), { timeout: 30_000 })
    expect(page.status).toBe(200)
    await server.stop()
    expect(findProcess(server.pid)).toBeUndefined()
  })
})

describe('a parent that is killed', patience, () => {
  it('leaves no engine behind', async () => {
    const { parent, pids } = await startParent()
    expect(pids.filter((pid) => !findProcess(pid))).toEqual([])
    parent.kill('SIGKILL')
    await untilGone(...pids)
  })
})

describe('an engine that a killed run has left', patience, () => {
  it('is ended before the next one starts on its data', async () => {
    const { parent, pids } = await startParent()
    const noted = readFileSync(join(dataDir, 'engines.json'), 'utf8')
    for (const pid of pids) process.kill(parentOf(pid), 'SIGSTOP')
    parent.kill('SIGKILL')
    for (const pid of pids) process.kill(parentOf(pid), 'SIGKILL')
    writeFileSync(join(dataDir, 'engines.json'), noted)
    const lines: string[] = []
    const config = { ...readConfig({}), dataDir, cacheDir }
    const engines = await provideEngines(config, (line) => lines.push(line))
    expect(pids.filter((pid) => findProcess(pid))).toEqual([])
    expect(lines.filter((line) => line.includes('an earlier run left'))).toHaveLength(2)
    await engines.stop()
    expect(JSON.parse(readFileSync(join(dataDir, 'engines.json'), 'utf8'))).toEqual([])
  })

  it('is left alone when another process has its pid', async () => {
    const stranger = spawn('sleep', ['600'])
    await once(stranger, 'spawn')
    const entry = { name: 'MongoDB', pid: stranger.pid, startedAt: 'another time' }
    writeFileSync(join(dataDir, 'engines.json'), JSON.stringify([entry]))
    const engine = await mongodOn()
    expect(findProcess(stranger.pid ?? 0)).toBeDefined()
    stranger.kill()
    await engine.stop()
  })
})

describe('the engines of a run', patience, () => {
  it.each(['MongoDB', 'Temporal'])('are started again where they were: %s', async (name) => {
    const config = { ...readConfig({}), dataDir, cacheDir }
    const lines: string[] = []
    const engines = await provideEngines(config, (line) => lines.push(line))
    const killed = notedPid(name)
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(() => expect(notedPid(name)).not.toBe(killed), { timeout: 60_000 })
    await withClient(engines.mongoUri, (client) => client.db().collection('things').insertOne({ name: '一' }))
    await expect(hasNamespace(engines.temporalAddress, 'default', 30_000)).resolves.toBe(true)
    expect(lines.at(-1)).toContain(`${name} ended (SIGKILL), starting it again`)
    await engines.stop()
    expect(findProcess(notedPid(name))).toBeUndefined()
  })

  it('are given up, with the reason, when one keeps ending', async () => {
    const config = { ...readConfig({}), dataDir, cacheDir }
    const reasons: string[] = []
    const engines = await provideEngines(config, log, { onFailure: (reason) => reasons.push(reason) })
    for (let killed = 0; reasons.length === 0;) {
      const pid = notedPid('Temporal')
      if (pid !== 0 && pid !== killed) process.kill((killed = pid), 'SIGKILL')
      await delay(50)
    }
    expect(reasons).toEqual([
      expect.stringMatching(
        /^Temporal .* · Temporal keeps ending, 6 times in a minute \(.*\); see .*temporal\.log$/,
      ),
    ])
    await engines.stop()
  })

  it('are used as they are when their addresses are set, and refused when they do not answer', async () => {
    const env = {
      MONGODB_URI: `mongodb://127.0.0.1:${await freePort()}`,
      TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
    }
    const config = { ...readConfig(env), dataDir }
    await expect(provideEngines(config, log)).rejects.toThrow(/does not answer within 10 s/)
    expect(existsSync(join(dataDir, 'engines.json'))).toBe(false)
  })
})

/** The pid of an engine, as the data folder notes it; 0 while it does not run. */
function notedPid(name: string): number {
  const noted: { name: string; pid: number }[] = JSON.parse(
    readFileSync(join(dataDir, 'engines.json'), 'utf8'),
  )
  return noted.find((entry) => entry.name === name)?.pid ?? 0
}

/** The supervisor of an engine, by the engine's pid. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

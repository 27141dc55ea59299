import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { standsStill } from '../../../local/backup/stand-still.ts'
import { liveEngines } from '../../../local/engines/leftovers.ts'
import { prepareProjects } from '../../faults/cases.ts'
import { createRecordingClient, type RecordingClient } from '../../faults/recording-client.ts'
import { install, type Installation } from '../../faults/installation.ts'
import { type CommandRun, isThere, untilSo, zhigai } from './command.ts'

const root = mkdtempSync(join(tmpdir(), 'zhigai-kills-'))
let installation: Installation
let client: RecordingClient
let folder = ''
let serial = 0

beforeAll(async () => {
  installation = await install()
  client = await createRecordingClient(installation)
  await prepareProjects(client, 8, 0)
  // So many that their copy can be seen.
  const ballast = join(installation.dataDir, 'ballast')
  mkdirSync(ballast)
  for (let count = 0; count < 3_000; count += 1) writeFileSync(join(ballast, String(count)), 'ballast')
})
afterAll(async () => {
  await installation.remove()
  rmSync(root, { recursive: true, force: true })
})
beforeEach(() => {
  folder = join(root, String((serial += 1)))
  mkdirSync(folder)
})

function engines() {
  return Object.values(liveEngines(installation.dataDir))
}

function begin(...args: string[]): CommandRun {
  return zhigai(installation.dataDir, ['backup', '--out', join(folder, 'backup.tar.gz'), ...args])
}

/** Holds a backup in the middle of its copy, while the engines stand still. */
async function holdFrozen(run: CommandRun): Promise<void> {
  await untilSo(run, () => engines().every(standsStill))
  run.kill('SIGSTOP')
  expect(engines().every(standsStill)).toBe(true)
}

/** Waits until both engines go on and the installation has taken cases. */
async function untilServing(): Promise<void> {
  await vi.waitFor(() => expect(engines().map(standsStill)).toEqual([false, false]), { timeout: 30_000 })
  await prepareProjects(client, 4, 100 * serial)
}

/** What there is that a backup may leave. */
function leftovers(): string[] {
  const staging = readdirSync(installation.dataDir).filter((name) => name.startsWith('backup'))
  return [...readdirSync(folder), ...staging]
}

/** What became of a killed backup, of the installation, and of the backup after it. */
async function aftermathOf(run: CommandRun) {
  const { code } = await run.ended
  await untilServing()
  const files = readdirSync(folder).filter((name) => !name.endsWith('.part'))
  return { code, files, next: await nextBackup() }
}

async function nextBackup() {
  const out = join(folder, 'next.tar.gz')
  const { code } = await zhigai(installation.dataDir, ['backup', '--out', out]).ended
  return { code, left: leftovers() }
}

const clean = { code: 0, left: ['next.tar.gz'] }
const harmless = { code: null, files: [], next: clean }

describe('a backup that is killed', () => {
  it('before it copies', async () => {
    const run = begin()
    await untilSo(run, () => isThere(installation.dataDir, 'backup.staging', 'lock'))
    run.kill('SIGKILL')
    expect(await aftermathOf(run)).toEqual(harmless)
  })

  it('while the engines stand still', async () => {
    const run = begin()
    await holdFrozen(run)
    run.kill('SIGKILL')
    expect(await aftermathOf(run)).toEqual(harmless)
  })

  it('while it packs', async () => {
    const run = begin()
    await untilSo(run, () => isThere(folder, 'backup.tar.gz.part'))
    run.kill('SIGKILL')
    await run.ended
    expect(readdirSync(folder)).toEqual(['backup.tar.gz.part'])
    expect(await aftermathOf(run)).toEqual(harmless)
  })
})

describe('a backup that cannot be whole', () => {
  it('is given up when the engines would stand still for too long', async () => {
    const run = begin('--at-most', '2')
    await holdFrozen(run)
    await untilServing()
    run.kill('SIGCONT')
    expect(await run.ended).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/the copy was not done within 2 s and was given up/),
    })
    await untilServing()
    expect(leftovers()).toEqual([])
  })

  it('is given up when an engine goes on meanwhile', async () => {
    const run = begin()
    await holdFrozen(run)
    const [engine] = engines()
    process.kill(engine?.pid ?? 0, 'SIGCONT')
    run.kill('SIGCONT')
    expect(await run.ended).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/the engines did not stand still all the while/),
    })
    await untilServing()
    expect(leftovers()).toEqual([])
  })

  it('is given up when it is asked to end', async () => {
    const run = begin()
    await holdFrozen(run)
    run.kill('SIGTERM')
    run.kill('SIGCONT')
    expect(await run.ended).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/interrupted; nothing is left/),
    })
    await untilServing()
    expect(leftovers()).toEqual([])
  })
})

describe('a second backup at the same time', () => {
  it('says who makes one, and the first is made', async () => {
    const run = begin()
    await untilSo(run, () => isThere(installation.dataDir, 'backup.staging', 'lock'))
    run.kill('SIGSTOP')
    const second = await zhigai(installation.dataDir, ['backup', '--out', join(folder, 'second.tar.gz')])
      .ended
    run.kill('SIGCONT')
    expect(second.code).toBe(1)
    expect(second.err).toContain(`in use by another run (pid ${run.pid})`)
    expect((await run.ended).code).toBe(0)
    expect(readdirSync(folder)).toEqual(['backup.tar.gz'])
  })
})

describe('a restoration that is killed', () => {
  it('leaves nothing that looks like an installation, and the next one is whole', async () => {
    const made = await begin().ended
    expect(made.code).toBe(0)
    const file = join(folder, 'backup.tar.gz')
    const dataDir = join(folder, 'restored')
    const run = zhigai(dataDir, ['restore', file])
    await untilSo(run, () => isThere(`${dataDir}.restore.part`, 'data', 'mongo'))
    run.kill('SIGKILL')
    expect((await run.ended).code).toBe(null)
    expect(readdirSync(folder).toSorted()).toEqual(['backup.tar.gz', 'restored.restore.part'])
    expect(await zhigai(dataDir, ['restore', file]).ended).toMatchObject({ code: 0 })
    expect(readdirSync(folder).toSorted()).toEqual(['backup.tar.gz', 'restored'])
    expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['issuer.json', 'mongo', 'temporal.db']))
  })
})

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { standsStill } from '../../bin/backup/stand-still.ts'
import { liveEngines } from '../../bin/engines/leftovers.ts'
import { prepareProjects } from '../faults/cases.ts'
import { createDesk, type Desk } from '../faults/desk.ts'
import { install, type Installation } from '../faults/installation.ts'
import { descendantsOf } from '../faults/processes.ts'
import { type CommandRun, isThere, untilSo, zhigai } from './command.ts'

const root = mkdtempSync(join(tmpdir(), 'zhigai-kills-'))
let installation: Installation
let desk: Desk
let folder = ''
let serial = 0

beforeAll(async () => {
  installation = await install()
  desk = await createDesk(installation)
  await prepareProjects(desk, 8, 0)
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

/** Holds a backup once it has called for the engines to stand still, and waits until they do; gives who holds them. */
async function holdFrozen(run: CommandRun): Promise<number> {
  const found: number[] = []
  await untilSo(run, () => {
    found.push(...descendantsOf(run.pid).flatMap(({ pid, command }) => (/freezer/.test(command) ? pid : [])))
    return found.length > 0
  })
  run.kill('SIGSTOP')
  await untilSo(run, () => engines().every(standsStill))
  return found[0] ?? 0
}

/** Both engines go on, and the installation serves. */
async function expectServing(): Promise<void> {
  await vi.waitFor(() => expect(engines().map(standsStill)).toEqual([false, false]), { timeout: 30_000 })
  await prepareProjects(desk, 4, 100 * serial)
}

/** The next backup succeeds, and removes what the killed one left. */
async function expectNextIsClean(): Promise<void> {
  const out = join(folder, 'next.tar.gz')
  expect(await zhigai(installation.dataDir, ['backup', '--out', out]).ended).toMatchObject({ code: 0 })
  expect(readdirSync(folder)).toEqual(['next.tar.gz'])
  expect(readdirSync(installation.dataDir)).not.toContain('backup.staging')
}

describe('a backup that is killed', () => {
  afterEach(async () => {
    await expectServing()
    expect(readdirSync(folder).filter((name) => !name.endsWith('.part'))).toEqual([])
    await expectNextIsClean()
  })

  it('before it copies', async () => {
    const run = begin()
    await untilSo(run, () => isThere(installation.dataDir, 'backup.staging', 'lock'))
    run.kill('SIGKILL')
    expect((await run.ended).code).toBe(null)
  })

  it('while the engines stand still', async () => {
    const run = begin()
    await holdFrozen(run)
    run.kill('SIGKILL')
    expect((await run.ended).code).toBe(null)
  })

  it('while it packs', async () => {
    const run = begin()
    await untilSo(run, () => isThere(folder, 'backup.tar.gz.part'))
    run.kill('SIGKILL')
    expect((await run.ended).code).toBe(null)
    expect(readdirSync(folder)).toEqual(['backup.tar.gz.part'])
  })
})

describe('a backup that cannot be whole', () => {
  afterEach(async () => {
    await expectServing()
    expect(readdirSync(folder)).toEqual([])
    expect(readdirSync(installation.dataDir)).not.toContain('backup.staging')
  })

  it('is given up when the engines would stand still for too long', async () => {
    const run = begin('--at-most', '2')
    await holdFrozen(run)
    await expectServing()
    run.kill('SIGCONT')
    const { code, out, err } = await run.ended
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/the copy was not done within 2 s and was given up/)
  })

  it('is given up when what holds the engines is killed', async () => {
    const run = begin()
    process.kill(await holdFrozen(run), 'SIGKILL')
    run.kill('SIGCONT')
    const { code, err } = await run.ended
    expect(code).toBe(1)
    expect(err).toMatch(/the engines did not stand still all the while/)
  })

  it('is given up when it is asked to end', async () => {
    const run = begin()
    await holdFrozen(run)
    run.kill('SIGTERM')
    run.kill('SIGCONT')
    const { code, err } = await run.ended
    expect(code).toBe(1)
    expect(err).toMatch(/interrupted; nothing is left/)
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

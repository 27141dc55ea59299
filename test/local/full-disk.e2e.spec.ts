import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { liveEngines } from '../../local/engines/leftovers.ts'
import { freePort } from '../../server/ports.ts'
import { openDataFolder } from '../../server/room.ts'
import { install, startCommand } from '../faults/installation.ts'

const root = mkdtempSync(join(tmpdir(), 'zhigai-disk-'))
const mounts: string[] = []
afterAll(() => {
  for (const folder of mounts) spawnSync('umount', ['-l', folder])
  rmSync(root, { recursive: true, force: true })
})

/** A disk of its own; undefined where this user may not mount one. */
function mount(name: string, options: string): string | undefined {
  const folder = join(root, name)
  mkdirSync(folder)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return undefined
  mounts.push(folder)
  return folder
}

async function fillOf(disk: string): Promise<() => void> {
  const file = join(disk, 'fill')
  spawnSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M'])
  return () => rmSync(file)
}

const disk = mount('small', 'size=700m')
const file = join(root, 'file')
writeFileSync(file, '')

describe('a data folder that cannot be used is told in one sentence, in both languages', () => {
  it.for<[what: string, folder: string | undefined, sentence: RegExp]>([
    ['a file', file, /already/],
    ['below a file', join(file, 'x'), /a part of the path is a file/],
    ['below /proc', '/proc/zhigai/x', /no such file or folder/],
    ['of a disk that is read-only', mount('ro', 'ro,size=200m'), /the file system is read-only/],
    ['without room', mount('tiny', 'size=4m'), /4 MB are free and 128 MB are needed/],
    ['without inodes', mount('inodes', 'size=200m,nr_inodes=1'), /the disk is full/],
  ])('%s', async ([, folder, sentence], { skip }) => {
    if (folder === undefined) return skip('only root can mount a disk')
    const refusal = await openDataFolder(folder).then(
      () => 'taken',
      (error: unknown) => String(error),
    )
    expect(refusal).toMatch(/^UserError: 数据目录 .* · the data folder [^\n]+$/)
    expect(refusal).toMatch(sentence)
  })
})

it.runIf(disk !== undefined)(
  'a full disk is told, stops what cannot go on, and all of it goes on when there is room',
  { timeout: 300_000 },
  async () => {
    const dataDir = join(disk ?? '', 'data')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'demo-data.json'), '{}')
    const installation = await install(dataDir)
    const { run, baseUrl } = installation
    const ask = async () => {
      const response = await fetch(`${baseUrl}/readyz`)
      return { ...((await response.json()) as { missing: string[] }), status: response.status }
    }
    const free = await fillOf(disk ?? '')
    expect(await ask()).toMatchObject({ status: 503, missing: ['room'] })
    await vi.waitFor(
      () => expect(run.lines.join('\n')).toContain('goes on by itself once there is room'),
      20_000,
    )
    // What a checkpoint on a full disk does to it, without the wait for one.
    const before = liveEngines(dataDir)['MongoDB']
    process.kill(before?.pid ?? 0, 'SIGABRT')
    await vi.waitFor(async () => expect((await ask()).missing).toEqual(['mongodb', 'room']), 30_000)
    const refused = startCommand(join(disk ?? '', 'other'), await freePort())
    expect(await refused.ended).toBe(1)
    expect(refused.lines.at(-1)).toMatch(/^数据目录 .* cannot be used: the disk is full/)
    free()
    await vi.waitFor(async () => expect(await ask()).toMatchObject({ status: 200 }), 60_000)
    expect(run.lines.join('\n')).toContain('there is room again')
    const fillAgain = await fillOf(disk ?? '')
    run.kill('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(run.lines.at(-1)).toBe('已停止 stopped')
    fillAgain()
    await installation.again()
    await installation.remove()
  },
)

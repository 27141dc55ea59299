import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setImmediate as breath } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dropBuilds, takeBuild } from '../../bin/builds.ts'

let scratch: string
let root: string
let dataDir: string
const files = Array.from({ length: 60 }, (_, index) => join('bin', `${index}.js`))

/** Writes a build in which every file says the same. */
function writeBuild(folder: string, text: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true })
  for (const file of files) writeFileSync(join(folder, file), text)
}

/** Puts a build into the place of the one that lies there, as the set-up does. */
function swap(next: string): void {
  const [dist, old, part] = ['dist', 'old', 'part'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  cpSync(next, part, { recursive: true })
  renameSync(dist, old)
  renameSync(part, dist)
  rmSync(old, { recursive: true })
}

/** What the files of a build say. */
const said = (folder: string) =>
  new Set(files.map((file) => readFileSync(join(folder, 'dist', file), 'utf8')))

/** Waits until a copy has begun; it has not ended then, for each file gives way to others. */
async function untilCopying(): Promise<void> {
  const copied = () =>
    readdirSync(dataDir, { recursive: true }).filter((path) => String(path).endsWith('.js'))
  while (!existsSync(dataDir) || copied().length === 0) await breath()
  expect(copied().length).toBeLessThan(files.length)
}

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'zhigai-builds-'))
  root = join(scratch, 'root')
  dataDir = join(scratch, 'data')
  for (const path of ['node_modules', 'policy/editions', 'policy/calendars'])
    mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"name": "zhigai"}')
  writeFileSync(join(root, 'policy/editions/a.yaml'), 'of the first')
  writeBuild(join(root, 'dist'), 'first')
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

describe('a build that is at work', () => {
  it('stays as it was when another is built, with the rules that it came with', async () => {
    const taken = await takeBuild(dataDir, root)
    writeBuild(join(root, 'dist'), 'second')
    writeFileSync(join(root, 'policy/editions/a.yaml'), 'of the second')
    expect(said(taken)).toEqual(new Set(['first']))
    expect(readFileSync(join(taken, 'policy/editions/a.yaml'), 'utf8')).toBe('of the first')
    expect(readdirSync(join(taken, 'node_modules'))).toEqual([])
    expect(said(await takeBuild(dataDir, root))).toEqual(new Set(['second']))
  })

  it('is of one piece when another takes the place of the one that is being copied', async () => {
    const next = join(scratch, 'next')
    writeBuild(next, 'second')
    const taking = takeBuild(dataDir, root)
    await untilCopying()
    swap(next)
    const taken = await taking
    expect(said(taken)).toEqual(new Set(['second']))
    expect(readdirSync(join(dataDir, 'builds'))).toEqual([basename(taken)])
  })

  it('is kept for as long as it is in use, and no longer', async () => {
    const [first, second, third] = [
      await takeBuild(dataDir, root),
      await takeBuild(dataDir, root),
      await takeBuild(dataDir, root),
    ]
    await dropBuilds(dataDir, [first, third])
    expect(said(first).size + said(third).size).toBe(2)
    expect(() => said(second)).toThrow('ENOENT')
  })

  it('cannot be taken where none lies', async () => {
    rmSync(join(root, 'dist'), { recursive: true })
    await expect(takeBuild(dataDir, root)).rejects.toThrow(/run npm run build/)
    expect(readdirSync(join(dataDir, 'builds'))).toEqual([])
  })
})

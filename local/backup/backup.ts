import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pMap from 'p-map'
import type { Config } from '../../server/config.ts'
import { liveEngines } from '../engines/leftovers.ts'
import { lockDataDir } from '../engines/lock.ts'
import type { ProcessIdentity } from '../engines/process.ts'
import { showProgress } from '../engines/progress.ts'
import { makeFolder } from '../../server/folders.ts'
import { UserError } from '../../server/user-error.ts'
import { archiveClosedRuns } from './closed-runs.ts'
import { assertEmbedded } from './embedded.ts'
import { whileFrozen } from './freeze.ts'
import { abortOnSignals } from './interrupt.ts'
import { backupsFolder, type DataFile, listKeptFiles, stagingFolder } from './kept-files.ts'
import { bytesOf, dataPrefix, type BackupManifest, manifestName, manifestText } from './manifest.ts'
import { hashFiles, packInto, syncFolder } from './pack.ts'
import { assertRoom, inMegabytes } from '../../server/room.ts'
import { engineVersions, ownVersion } from './versions.ts'
import { assertStrong, readPassphrase } from './passphrase.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

const patience = 30_000
const atOnce = 4
/** In the order in which they are stopped: the record must never be newer than the histories. */
const engineNames = ['MongoDB', 'Temporal']

/** How to back up; `atMost` is how long the engines may stand still, in seconds. */
export type BackupOptions = { out?: string; passphraseFile?: string; atMost: number }

/**
 * Copies what the data folder holds at one instant, be its engines running or not, into one new file, and gives its path. Throws a
 * sentence where that cannot be; then there is no such file.
 */
export async function makeBackup(
  config: Config,
  options: BackupOptions,
  say: (line: string) => void = (line) => console.error(line),
): Promise<string> {
  const { dataDir } = config
  assertEmbedded(config)
  if (!existsSync(join(dataDir, 'temporal.db')) || !existsSync(join(dataDir, 'mongo')))
    throw new UserError(`${dataDir} 中没有可备份的系统 · holds no installation to back up`)
  const passphrase = await readPassphrase(options.passphraseFile, config.backupPassphrase)
  assertStrong(passphrase)
  const out = outOf(dataDir, options.out, passphrase !== undefined)
  makeFolder(dirname(out))
  assertNew(out)
  const workspace = openWorkspace(join(dataDir, stagingFolder))
  const { signal, done } = abortOnSignals()
  try {
    const manifest = await stage(config, workspace, { out, atMost: options.atMost, signal, say })
    await write(out, workspace, manifest, { passphrase, signal, say })
    tellKeysLeftOut(config, say)
    return out
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    done()
    workspace.close()
  }
}

type Told = { signal: AbortSignal; say: (line: string) => void }

/** Copies the data folder at one instant into the workspace. */
async function stage(
  config: Config,
  { folder }: Workspace,
  { out, atMost, signal, say }: Told & { out: string; atMost: number },
): Promise<Omit<BackupManifest, 'files'> & { files: DataFile[] }> {
  const { dataDir, cacheDir } = config
  const bytes = bytesOf(await listKeptFiles(dataDir))
  await assertRoom([
    { folder, bytes },
    { folder: dirname(out), bytes },
  ])
  const { engines, release } = await takeEngines(dataDir, signal)
  try {
    const running = engineNames.flatMap((name) => engines[name] ?? [])
    if (running.length > 0) await archiveClosedRuns(config, { signal, say })
    const versions = await engineVersions(engines, cacheDir)
    let files: DataFile[] = []
    const copy = async (until: AbortSignal) => {
      files = await listKeptFiles(dataDir)
      await copyAll(dataDir, join(folder, dataPrefix), files, until)
    }
    const at = new Date().toISOString()
    if (running.length === 0) await copy(signal)
    else {
      const ms = await whileFrozen({ dataDir, engines: running, limitMs: atMost * 1000 }, copy, signal)
      say(`引擎停顿 ${ms / 1000} 秒 · the engines stood still for ${ms / 1000} s`)
    }
    if (JSON.stringify(liveEngines(dataDir)) !== JSON.stringify(engines))
      throw new UserError('复制期间引擎有启停，请重试 · an engine was started or ended meanwhile; try again')
    return { format: 'zhigai-backup', version: 1, at, zhigai: ownVersion(), engines: versions, files }
  } finally {
    release()
  }
}

/** Packs the workspace aside and gives the file its name when it is whole and on the disk. */
async function write(
  out: string,
  { folder, noteUnfinished }: Workspace,
  staged: Awaited<ReturnType<typeof stage>>,
  { passphrase, signal, say }: Told & { passphrase: string | undefined },
): Promise<void> {
  const bytes = bytesOf(staged.files)
  const progress = showProgress('备份 backup', 2 * bytes, say)
  try {
    const files = await hashFiles(join(folder, dataPrefix), staged.files, progress.advance, signal)
    const manifest = { ...staged, files }
    await writeFile(join(folder, manifestName), manifestText(manifest))
    const part = `${out}.part`
    assertNew(part)
    noteUnfinished(part)
    await packInto(part, folder, manifest, { passphrase, advance: progress.advance, signal })
    signal.throwIfAborted()
    assertNew(out)
    await rename(part, out)
    await syncFolder(dirname(out))
  } finally {
    progress.end()
  }
  say(
    `已备份 ${staged.files.length} 个文件，${inMegabytes(bytes)} MB · backed up ${staged.files.length} files, ${inMegabytes(bytes)} MB`,
  )
}

/** The engines that run on the data folder: both, or, where no run has the folder, those that a killed run left. */
async function takeEngines(
  dataDir: string,
  signal: AbortSignal,
): Promise<{ engines: Record<string, ProcessIdentity>; release: () => void }> {
  for (const limit = Date.now() + patience; ; await delay(200)) {
    signal.throwIfAborted()
    const release = tryLock(dataDir)
    const engines = liveEngines(dataDir)
    if (release) return { engines, release }
    if (engineNames.every((name) => engines[name])) return { engines, release: () => undefined }
    if (Date.now() > limit)
      throw new UserError(
        `${dataDir} 在用，但其中未见两个引擎都在运行；若使用外部引擎，见 docs/backup.md · ` +
          'it is in use, but not both engines run on it; try again, or see docs/backup.md if they are engines of your own',
      )
  }
}

function tryLock(dataDir: string): (() => void) | undefined {
  try {
    return lockDataDir(dataDir)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

async function copyAll(from: string, to: string, files: DataFile[], signal: AbortSignal): Promise<void> {
  for (const folder of new Set(files.map(({ path }) => dirname(join(to, path)))))
    await mkdir(folder, { recursive: true })
  const copy = ({ path }: DataFile) => {
    signal.throwIfAborted()
    return copyFile(join(from, path), join(to, path), constants.COPYFILE_FICLONE)
  }
  await pMap(files, copy, { concurrency: atOnce })
}

function outOf(dataDir: string, asked: string | undefined, encrypted: boolean): string {
  const backups = join(dataDir, backupsFolder)
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const name = `zhigai-${now.replaceAll(/[-:]/g, '')}.tar.gz${encrypted ? '.age' : ''}`
  const out = asked === undefined ? join(backups, name) : resolve(asked)
  if (out.startsWith(`${dataDir}${sep}`) && !out.startsWith(`${backups}${sep}`))
    throw new UserError(
      `--out 不得在数据目录中（${backups} 除外）· must not lie in the data folder, except in ${backups}`,
    )
  return out
}

/** Whoever puts the key elsewhere wants it apart from the database; but they must keep a copy. */
function tellKeysLeftOut({ dataDir, audit: { keyFile } }: Config, say: (line: string) => void): void {
  if (keyFile === undefined || !relative(dataDir, keyFile).startsWith('..')) return
  say(
    `注意：备份中没有签名密钥 ${keyFile} 及同目录的 audit-trusted.json，请另行保管 · ` +
      `NOT in the backup: the signing key ${keyFile} and audit-trusted.json beside it; keep copies of both`,
  )
}

function assertNew(out: string): void {
  if (existsSync(out)) throw new UserError(`${out} 已存在 · exists already; a backup overwrites nothing`)
}

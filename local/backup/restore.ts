import { existsSync, readdirSync } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../server/config.ts'
import { showProgress } from '../engines/progress.ts'
import { fileSentence } from '../../server/file-errors.ts'
import { makeFolder } from '../../server/folders.ts'
import { UserError } from '../../server/user-error.ts'
import { assertEmbedded } from './embedded.ts'
import { ageMagic } from './encryption.ts'
import { abortOnSignals } from './interrupt.ts'
import { bytesOf, type BackupManifest } from './manifest.ts'
import { syncFolder } from './pack.ts'
import { assertRoom } from '../../server/room.ts'
import { readPassphrase } from './passphrase.ts'
import { unpackInto } from './unpack.ts'
import { assertNoOlder } from './versions.ts'
import { openWorkspace } from './workspace.ts'

/** The header of an encrypted file ends with this line, and is no longer (bytes). */
const headerEnd = '\n--- '
const longestHeader = 64 * 1024

/** How to restore; `unencrypted` takes a plain file although there is a passphrase. */
export type RestoreOptions = { passphraseFile?: string; unencrypted?: boolean }

/**
 * Makes the data folder from a backup, and gives the sentence that says so. Throws a sentence where that cannot be; then the data
 * folder is as it was.
 */
export async function restoreBackup(
  config: Config,
  name: string,
  options: RestoreOptions,
  say: (line: string) => void = (line) => console.error(line),
): Promise<string> {
  const { dataDir } = config
  assertEmbedded(config)
  const file = resolve(name)
  assertEmpty(dataDir)
  const passphrase = await readPassphrase(options.passphraseFile, config.backupPassphrase)
  const isEncrypted = await beginsEncrypted(file)
  if (isEncrypted && passphrase === undefined)
    throw new UserError(
      `${name} 已加密，请用 --passphrase-file 给出口令 · is encrypted: give its passphrase with --passphrase-file`,
    )
  // Whoever can write where backups lie could put one with keys of their own there.
  if (!isEncrypted && passphrase !== undefined && !options.unencrypted)
    throw new UserError(
      `已给出口令，但 ${name} 未加密，可能已被调换；确认无误的，加 --unencrypted · ` +
        `there is a passphrase, but ${name} is not encrypted and may be somebody else's; if you know that it is yours, add --unencrypted`,
    )
  const { at, zhigai } = await unpackAside(config, file, {
    passphrase: isEncrypted ? passphrase : undefined,
    say,
  })
  return (
    `已恢复到 ${dataDir}（${at}，zhigai ${zhigai}）。启动后请运行 zhigai reconcile --all 与 zhigai audit verify · ` +
    `restored ${dataDir} as it was at ${at}; start it, then run zhigai reconcile --all and zhigai audit verify`
  )
}

/** Unpacks beside the data folder and gives it its name when all of it is there and on the disk. */
async function unpackAside(
  { dataDir, cacheDir }: Config,
  file: string,
  { passphrase, say }: { passphrase: string | undefined; say: (line: string) => void },
): Promise<BackupManifest> {
  const parent = dirname(dataDir)
  const { size } = await stat(file)
  makeFolder(parent)
  const workspace = openWorkspace(`${dataDir}.restore.part`)
  const progress = showProgress('恢复 restore', size, say)
  const { signal, done } = abortOnSignals()
  try {
    const folder = join(workspace.folder, 'data')
    await mkdir(folder, { mode: 0o700 })
    const onManifest = async ({ files, engines }: BackupManifest) => {
      await assertNoOlder(engines, cacheDir)
      await assertRoom([{ folder, bytes: bytesOf(files) }])
    }
    const manifest = await unpackInto(folder, file, {
      passphrase,
      advance: progress.advance,
      signal,
      onManifest,
    })
    signal.throwIfAborted()
    await moveInto(dataDir, folder)
    await syncFolder(parent)
    return manifest
  } catch (error) {
    throw signal.aborted ? signal.reason : sentenceFor(error, file)
  } finally {
    progress.end()
    done()
    workspace.close()
  }
}

/** The system itself refuses to put a folder into the place of one that is not empty. */
async function moveInto(dataDir: string, folder: string): Promise<void> {
  await rename(folder, dataDir).catch((error: unknown) => {
    assertEmpty(dataDir)
    throw error
  })
}

function assertEmpty(dataDir: string): void {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new UserError(
      `${dataDir} 非空；请把 DATA_DIR 设为空目录或不存在的目录 · it is not empty; set DATA_DIR to a folder that is empty or missing`,
    )
}

async function beginsEncrypted(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new UserError(fileSentence(error) ?? String(error))
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHeader), 0, longestHeader, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    if (!start.startsWith(ageMagic)) return false
    // Its reader would take in a header of any length.
    if (!start.includes(headerEnd)) throw sentenceFor(new Error('the header has no end'), file)
    return true
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(fileSentence(error) ?? String(error))
  } finally {
    await handle.close()
  }
}

/** What the disk refuses is told as it is; all else that may go wrong lies in the file. */
function sentenceFor(error: unknown, file: string): UserError {
  if (error instanceof UserError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'syscall' in error)
    return new UserError(`未恢复 · nothing was restored: ${fileSentence(error) ?? reason}`)
  return new UserError(
    `${file} 不完整、已被改动或不是备份，未恢复任何内容 · is cut short, changed or no backup; nothing was restored`,
  )
}

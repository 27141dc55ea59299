import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../server/user-error.ts'
import { isPlainPath } from './manifest.ts'

/** Where a backup is being made, inside the data folder so that a copy may share its blocks. */
export const stagingFolder = 'backup.staging'
/** Where backups go unless another file is named. */
export const backupsFolder = 'backups'

/** What a restored installation makes anew, or must not have. */
const left = [
  new RegExp(`^(${stagingFolder}|${backupsFolder}|simulations)(/|$)`),
  /^(lock|engines\.json|ports\.json|frozen\.json)$/,
  /^[^/]*\.(log|part|stale)$/,
  // SQLite reads its index of the log anew; the log itself, temporal.db-wal, is kept.
  /^temporal\.db-shm$/,
  /^mongo\/(mongod\.lock|diagnostic\.data|_tmp)(\/|$)/,
  /^mongo\/journal\/WiredTigerPreplog\./,
]

/** A file of the data folder: its path in there, with slashes, and its size in bytes. */
export type DataFile = { path: string; size: number }

/** Whether a file of the data folder belongs into a backup. */
export function isKept(path: string): boolean {
  return !left.some((pattern) => pattern.test(path))
}

/** The files of the data folder that belong into a backup, in the order of their paths; links are followed. */
export async function listKeptFiles(dataDir: string): Promise<DataFile[]> {
  const files: DataFile[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of await readdir(join(dataDir, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      const found = isKept(path) ? await statIfThere(join(dataDir, path)) : undefined
      if (found && !isPlainPath(path))
        throw new UserError(
          `${join(dataDir, path)} 的名称不能写入备份，请改名或移走 · no backup can hold this name; rename it or move it away`,
        )
      if (found?.isDirectory()) folders.push(path)
      else if (found?.isFile()) files.push({ path, size: found.size })
      else if (found)
        throw new UserError(`${join(dataDir, path)} 既非文件也非目录 · is no file and no folder`)
    }
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The engines remove files while they run. */
async function statIfThere(path: string) {
  return stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
}

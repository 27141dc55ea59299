import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { create } from 'tar'
import { encrypt } from './encryption.ts'
import type { DataFile } from './kept-files.ts'
import { dataPrefix, type BackupManifest, manifestName } from './manifest.ts'

type Advance = (bytes: number) => void

/** Each file of the folder with its SHA-256, and its size as it was read. */
export async function hashFiles(
  folder: string,
  files: DataFile[],
  advance: Advance,
  signal: AbortSignal,
): Promise<BackupManifest['files']> {
  const hashed: BackupManifest['files'] = []
  for (const { path } of files) {
    const hash = createHash('sha256')
    let size = 0
    const count = (bytes: number) => {
      size += bytes
      advance(bytes)
    }
    await pipeline(createReadStream(join(folder, path)), meter(count), hash, { signal })
    hashed.push({ path, size, sha256: hash.digest('hex') })
  }
  return hashed
}

/** Writes the manifest of the folder and all files that it names into one new file, which is on the disk when it returns. */
export async function packInto(
  file: string,
  folder: string,
  { files }: BackupManifest,
  { passphrase, advance, signal }: { passphrase?: string | undefined; advance: Advance; signal: AbortSignal },
): Promise<void> {
  const names = [manifestName, ...files.map(({ path }) => `${dataPrefix}${path}`)]
  const archive = create({ cwd: folder, portable: true, strict: true }, names)
  await pipeline(
    () => chunksOf(archive),
    meter(advance),
    createGzip({ level: 3 }),
    (bytes: AsyncIterable<Buffer>) => (passphrase === undefined ? bytes : encrypt(bytes, passphrase)),
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
    { signal },
  )
}

/** Tells how many bytes flow by. */
export function meter(advance: Advance) {
  return async function* (bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of bytes) {
      advance(chunk.length)
      yield chunk
    }
  }
}

/** Makes a folder's new names outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Node would take these for streams of an old kind. */
async function* chunksOf(stream: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield* stream
}

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { decrypt } from './encryption.ts'
import {
  bytesOf,
  dataPrefix,
  largestManifest,
  type BackupManifest,
  manifestName,
  parseManifest,
} from './manifest.ts'
import { meter } from './pack.ts'

/** What an archive may hold beside what its manifest names: headers, padding, blocks of zeros at its end (bytes). */
const slack = 1024 * 1024
/** A file's header, with an extended one for a long name, and its padding (bytes). */
const overhead = 4 * 1024

type Options = {
  passphrase: string | undefined
  advance: (bytes: number) => void
  signal: AbortSignal
  /** Looks at the manifest before the first file is written. */
  onManifest: (manifest: BackupManifest) => Promise<void>
}

/**
 * Unpacks a backup into the folder and gives its manifest. Throws where anything is not as the manifest says: it names every file
 * with its hash, and nothing else is written.
 */
export async function unpackInto(folder: string, file: string, options: Options): Promise<BackupManifest> {
  const { passphrase, advance, signal } = options
  const receiver = receive(folder, options.onManifest)
  await pipeline(
    createReadStream(file),
    meter(advance),
    (bytes: AsyncIterable<Buffer>) => (passphrase === undefined ? bytes : decrypt(bytes, passphrase)),
    createGunzip(),
    async (bytes: AsyncIterable<Buffer>) => readEntries(bytes, receiver),
    { signal },
  )
  return receiver.finish()
}

/** Hands the entries of an archive over one after the other; an archive that goes on for longer than it may is none. */
async function readEntries(
  bytes: AsyncIterable<Buffer>,
  { take, mostBytes }: Pick<ReturnType<typeof receive>, 'take' | 'mostBytes'>,
): Promise<void> {
  const failed = new AbortController()
  const fail = (error: unknown) => failed.abort(error)
  let taken = Promise.resolve()
  const parser = new Parser({ strict: true })
  parser.on('error', fail)
  parser.on('entry', (entry: ReadEntry) => {
    taken = taken.then(() => take(entry))
    taken.catch(fail)
  })
  let read = 0
  try {
    for await (const chunk of bytes) {
      failed.signal.throwIfAborted()
      read += chunk.length
      if (read > mostBytes()) throw new Error('there is more than the manifest names')
      if (!parser.write(chunk)) await once(parser, 'drain', { signal: failed.signal })
    }
    const ended = once(parser, 'end', { signal: failed.signal })
    parser.end()
    await ended
    await taken
  } catch (error) {
    // Whoever waited hears of the abortion, and its reason is what happened.
    throw failed.signal.aborted ? failed.signal.reason : error
  }
}

/** Takes first the manifest and then the files that it names, each once. */
function receive(folder: string, onManifest: Options['onManifest']) {
  let manifest: BackupManifest | undefined
  let most = slack
  const awaited = new Map<string, BackupManifest['files'][number]>()
  return {
    /** How many bytes there may be, as far as is known: little before the manifest, and after it what it names. */
    mostBytes: () => most,
    take: async (entry: ReadEntry): Promise<void> => {
      if (!manifest) {
        assertManifest(entry)
        most += entry.size
        manifest = await readManifest(entry)
        most += bytesOf(manifest.files) + overhead * manifest.files.length
        await onManifest(manifest)
        for (const file of manifest.files) awaited.set(`${dataPrefix}${file.path}`, file)
        return
      }
      const file = awaited.get(entry.path)
      if (!file || entry.type !== 'File' || entry.size !== file.size)
        throw new Error(`the manifest does not name ${entry.path}`)
      awaited.delete(entry.path)
      if ((await writeEntry(entry, join(folder, file.path))) !== file.sha256)
        throw new Error(`${file.path} does not have its hash`)
    },
    finish: (): BackupManifest => {
      if (!manifest || awaited.size > 0) throw new Error('files are missing')
      return manifest
    },
  }
}

function assertManifest({ path, size }: ReadEntry): void {
  if (path !== manifestName || size > largestManifest) throw new Error('there is no manifest')
}

async function readManifest(entry: ReadEntry): Promise<BackupManifest> {
  return parseManifest((await entry.concat()).toString('utf8'))
}

/** Writes an entry to a new file, on the disk when it returns, and gives its SHA-256. */
async function writeEntry(entry: ReadEntry, path: string): Promise<string> {
  const hash = createHash('sha256')
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(
    async function* () {
      for await (const chunk of entry) {
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
  )
  return hash.digest('hex')
}

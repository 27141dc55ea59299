import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { mongo } from 'mongoose'
import type { ArchiveRecord, Models } from '../../models/index.ts'
import { digestOfBytes, type Digest } from '../../policy/integrity/digest.ts'

const compress = promisify(gzip)
const expand = promisify(gunzip)

/** MongoDB takes 16 MB a document; a run is continued as new long before its history is as long as that. */
const mostBytes = 15_000_000

/** What is kept is not what was put in: its digest, and what is wrong with it. */
export class ArchiveFault extends Error {
  override name = 'ArchiveFault'
  readonly digest: Digest
  constructor(digest: Digest, what: string) {
    super(`archive ${digest} ${what}`)
    this.digest = digest
  }
}

/** Keeps bytes under their SHA-256, in place of what is there if that is something else; answers when they have been read back. */
export async function putArchive(models: Models, bytes: Uint8Array): Promise<Digest> {
  const digest = digestOfBytes(bytes)
  const data = await compress(bytes)
  if (data.length > mostBytes) throw new ArchiveFault(digest, `would take ${data.length} bytes`)
  const fields = { data, size: bytes.length, packed: digestOfBytes(data) }
  await models.archives.updateOne({ _id: digest }, { $setOnInsert: fields }, { upsert: true })
  try {
    await getArchive(models, digest)
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error
    await models.archives.updateOne({ _id: digest }, { $set: fields }, { upsert: true })
    await getArchive(models, digest)
  }
  return digest
}

/** Reads back what is kept under a digest; throws `ArchiveFault` if it is missing or not the same. */
export async function getArchive({ archives }: Models, digest: Digest): Promise<Uint8Array> {
  return openArchive(digest, await archives.findById(digest).lean())
}

/** The bytes of an archive that has been read; throws `ArchiveFault` if there was none or it is not what was put in. */
export async function openArchive(
  digest: Digest,
  found: ArchiveRecord | null | undefined,
): Promise<Uint8Array> {
  if (!found) throw new ArchiveFault(digest, 'is missing')
  const bytes = await expand(dataOf(found)).catch(() => undefined)
  if (!bytes || digestOfBytes(bytes) !== digest) throw new ArchiveFault(digest, 'has been changed')
  return bytes
}

/** The SHA-256 of an archive as it lies in the record, packed. */
export function packedDigest(found: ArchiveRecord): Digest {
  return digestOfBytes(dataOf(found))
}

function dataOf({ data }: ArchiveRecord): Uint8Array {
  return data instanceof mongo.Binary ? data.value() : data
}

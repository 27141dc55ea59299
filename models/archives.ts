import type { Digest } from '../policy/integrity/digest.ts'
import { count, field, schemaOf, word, type RecordOf } from './fields.ts'

/** Bytes that are kept under their own SHA-256, compressed by gzip: how many, and the SHA-256 of `data` as it lies there. */
export type ArchiveRecord = RecordOf<typeof fields>

const fields = {
  _id: word<Digest>(),
  data: field<Buffer>({ type: Buffer, required: true }),
  size: count,
  packed: word<Digest>(),
}

export const archiveSchema = schemaOf<ArchiveRecord>('archives', fields)

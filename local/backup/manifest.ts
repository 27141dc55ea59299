import { z } from 'zod'
import { UserError } from '../../server/user-error.ts'

/** The manifest's place in the archive, before everything else. */
export const manifestName = 'manifest.json'
/** The folder of the archive under which the data folder's files lie. */
export const dataPrefix = 'data/'
/** A manifest is no larger than this, in bytes. */
export const largestManifest = 64 * 1024 * 1024

const fileSchema = z.strictObject({
  path: z.string().max(1024).refine(isPlainPath, 'leads out of the data folder'),
  size: z.int().min(0),
  sha256: z.string().regex(/^[\da-f]{64}$/),
})

const manifestSchema = z.strictObject({
  format: z.literal('zhigai-backup'),
  version: z.literal(1),
  /** When the engines stood still, in UTC. */
  at: z.iso.datetime(),
  zhigai: z.string().max(100),
  /** The versions of the engines that ran then. */
  engines: z.record(z.string().max(100), z.string().max(100)),
  files: z
    .array(fileSchema)
    .max(1_000_000)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, 'names a file twice'),
})

/** What a backup says of itself: of when it is, and each file with its size in bytes and its SHA-256. */
export type BackupManifest = z.infer<typeof manifestSchema>

/** A manifest as it stands in the archive; throws a sentence where no restoration would take it. */
export function manifestText(manifest: BackupManifest): string {
  const text = JSON.stringify(manifest)
  const parsed = manifestSchema.safeParse(manifest)
  const fault = parsed.success ? undefined : z.prettifyError(parsed.error)
  const tooLarge = Buffer.byteLength(text) > largestManifest ? 'too many files' : undefined
  const reason = fault ?? tooLarge
  if (reason === undefined) return text
  throw new UserError(`数据目录无法备份 · the data folder cannot be backed up: ${reason}`)
}

/** Reads a manifest; throws where it is none, of another version, or names a path outside. */
export function parseManifest(text: string): BackupManifest {
  return manifestSchema.parse(JSON.parse(text))
}

/** Whether a path stays where it is put: relative, with slashes, without `..` and without what a system may read as one. */
export function isPlainPath(path: string): boolean {
  const names = path.split('/')
  return !/[\\\0:]/.test(path) && names.every((name) => name !== '' && name !== '.' && name !== '..')
}

/** The bytes of all files together. */
export function bytesOf(files: { size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}

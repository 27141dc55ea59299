import { digestOf } from '../policy/integrity/digest.ts'
import { Edition } from '../policy/edition/edition.ts'
import { count, date, json, schemaOf, text, type RecordOf } from './fields.ts'

/** An edition by content: `_id` is the SHA-256 of its canonical JSON, so that a case finds the very rules it was filed under. */
export type EditionRecord = RecordOf<typeof fields>

const fields = { _id: text, id: text, year: count, document: json<Edition>(), loadedAt: date }

export const editionSchema = schemaOf<EditionRecord>('editions', fields)
// What an operation may be aimed at: the newest of each edition first.
editionSchema.index({ id: 1, loadedAt: -1 })

/**
 * The SHA-256 of the canonical form (RFC 8785) of an edition's document: what a case is pinned to, whatever order of fields
 * the document or our schema has.
 */
export function hashEdition(edition: unknown): string {
  return digestOf(Edition.parse(edition)).slice('sha256:'.length)
}

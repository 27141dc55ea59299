import { digestOf } from '../policy/integrity/digest.ts'
import { Edition } from '../policy/edition/edition.ts'

/**
 * The SHA-256 of the canonical form (RFC 8785) of an edition's document: what a case is pinned to, whatever order of fields
 * the document or our schema has.
 */
export function hashEdition(edition: unknown): string {
  return digestOf(Edition.parse(edition)).slice('sha256:'.length)
}

import { createHash } from 'node:crypto'
import { Edition } from '../policy/edition.ts'

/** The SHA-256 of an edition's document: what a case is pinned to. */
export function hashEdition(edition: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(Edition.parse(edition)))
    .digest('hex')
}

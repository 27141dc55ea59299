import { hashEdition } from '../../models/editions.ts'
import type { Models } from '../../models/index.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { finding, type Findings } from './findings.ts'

/** The editions that cases are pinned to, each read once; null for one that is missing or not what its hash says. */
export type CheckedEditions = (hash: string) => Promise<Edition | null>

/** Reads editions from the record, and tells what is wrong with them. */
export function openEditions({ editions }: Models, findings: Findings): CheckedEditions {
  const known = new Map<string, Edition | null>()
  return async (hash) => {
    const read = known.get(hash)
    if (read !== undefined) return read
    const found = await editions.findById(hash).lean()
    const isVerified = found !== null && isOfHash(found.document, hash)
    if (!isVerified) findings.add([finding(found ? 'edition-changed' : 'edition-missing', hash)])
    const edition = isVerified ? found.document : null
    known.set(hash, edition)
    return edition
  }
}

function isOfHash(document: unknown, hash: string): boolean {
  try {
    return hashEdition(document) === hash
  } catch {
    return false
  }
}

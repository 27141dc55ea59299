import type { Edition } from '../policy/edition/edition.ts'
import type { Models } from './index.ts'

const mostKnown = 50
/** By content, which is the same wherever it is kept. */
const known = new Map<string, Edition>()

/** The edition of a hash, looked up once for each; throws if it is not on record, where every case has its own. */
export async function editionOfHash({ editions }: Pick<Models, 'editions'>, hash: string): Promise<Edition> {
  const found = known.get(hash)
  if (found) return found
  const record = await editions.findById(hash, { document: 1 }).lean()
  if (!record) throw new Error(`edition ${hash} is not in the record`)
  known.set(hash, record.document)
  const [oldest] = known.keys()
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
  return record.document
}

import type { Models } from '../../models/index.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { decodeHistory, type History } from './histories.ts'
import { getArchive } from './store.ts'

/** So many are remembered; a run is continued as new long before its history takes much room. */
const mostHistories = 8

/** The histories read last, latest at the end. What is kept under a digest never changes, so none of them is out of date. */
const recent = new Map<Digest, History>()

/**
 * The history that is kept under a digest, remembered for whoever reads it page by page. Throws `ArchiveFault` or
 * `BrokenHistory` as those who read anew do: to verify an archive, ask them.
 */
export async function readRecent(models: Models, digest: Digest): Promise<History> {
  const history = recent.get(digest) ?? decodeHistory(await getArchive(models, digest))
  recent.delete(digest)
  recent.set(digest, history)
  const [oldest] = recent.keys()
  if (recent.size > mostHistories && oldest !== undefined) recent.delete(oldest)
  return history
}

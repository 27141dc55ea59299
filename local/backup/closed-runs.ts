import { keepClosedRuns } from '../../evidence/archive/keep.ts'
import type { Config } from '../../server/config.ts'
import { withEngines } from '../engines-at-hand.ts'
import { thawForsaken } from './freeze.ts'

/**
 * Archives what has been closed since the scheduled job last did: a backup may be restored when Temporal's retention is over, and its server
 * removes such runs as soon as it starts. Where that cannot be, the backup is made all the same, and says so.
 */
export async function archiveClosedRuns(
  config: Config,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  // No installation runs that would have done so: engines that a killed one has left.
  thawForsaken(config.dataDir)
  try {
    await withEngines(config, (sources) => keepClosedRuns(sources, { signal, save: () => undefined }))
  } catch (error) {
    signal.throwIfAborted()
    say(
      `注意：备份前未能存档新近办结的历史 · what was closed lately could not be archived first: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

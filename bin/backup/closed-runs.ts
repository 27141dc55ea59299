import { keepClosedRuns } from '../../archive/keep.ts'
import type { Config } from '../config.ts'
import { withEngines } from '../engines-at-hand.ts'
import { type ProcessIdentity, signalProcess } from '../engines/process.ts'

/**
 * Archives what has been closed since the duty last did: a backup may be restored when Temporal's retention is over, and its server
 * removes such runs as soon as it starts. Where that cannot be, the backup is made all the same, and says so.
 */
export async function archiveClosedRuns(
  config: Config,
  engines: ProcessIdentity[],
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  // A backup that was killed together with its freezer has left them standing.
  for (const engine of engines) signalProcess(engine, 'SIGCONT')
  try {
    await withEngines(config, (sources) => keepClosedRuns(sources, { signal, onPlace: () => undefined }))
  } catch (error) {
    signal.throwIfAborted()
    say(
      `注意：备份前未能存档新近办结的历史 · what was closed lately could not be archived first: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

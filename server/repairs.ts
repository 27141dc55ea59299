import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'

/** Who is told of what fails, and says when it is too late to try again. */
type Watcher = { logger: Logger; isLeaving: () => boolean }

/** How long it is waited before what could not be started again is tried anew. */
const tryAgainMs = 5_000

/** Starts again what was under way when a process died: each until it has been, whatever is not there yet. */
export async function repairAll(
  repairs: (() => Promise<void>)[],
  { logger, isLeaving }: Watcher,
  waitMs = tryAgainMs,
): Promise<void> {
  for (let open = repairs; open.length > 0 && !isLeaving();) {
    const outcomes = await Promise.allSettled(open.map((repair) => repair()))
    open = open.filter((_repair, index) => outcomes[index]?.status === 'rejected')
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        logger.error({ err: outcome.reason as unknown }, 'what was under way is not started again yet')
    if (open.length > 0) await delay(waitMs, undefined, { ref: false })
  }
}

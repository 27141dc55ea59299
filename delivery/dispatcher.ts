import { nextWakingInstant } from '../policy/time/quiet-hours.ts'
import { passUntil } from './passes.ts'
import { sendDue, type DispatcherDependencies } from './sending.ts'
import { sortDue, sortedAtOnce } from './sorting.ts'

/** How long messages that are on their way may take when the process ends. */
const graceMs = 5_000

/**
 * A dispatcher, between the ledger and people; several may be at work at once, in one process or in many. `now` is in milliseconds
 * since 1970.
 */
export function createDispatcher(dependencies: DispatcherDependencies) {
  const { models, channels, now, logger } = dependencies
  const stopping = new AbortController()
  const hurrying = new AbortController()
  let running: Promise<void> | undefined

  /**
   * One bounded pass: sorts the notices that are due, sends the messages that are due. Answers how many of both it took in
   * hand; 0 means that there is nothing to do now. At night it only sends the codes that people have asked for. No digest
   * goes out while notices that might belong to it are still to be sorted.
   */
  async function deliverDue(): Promise<number> {
    const nowMs = now()
    if (nextWakingInstant(nowMs) !== nowMs) return sendDue(dependencies, hurrying.signal, 'confirming')
    const sorted = await sortDue(models, channels, nowMs)
    if (sorted === sortedAtOnce) return sorted
    return sorted + (await sendDue(dependencies, hurrying.signal))
  }

  return {
    deliverDue,
    /** Makes passes until `stop`: at once while there is something to do, else every second, also after a failure. */
    run(): Promise<void> {
      running ??= passUntil(stopping.signal, deliverDue, {
        interrupted: (error) => logger.error({ err: error }, 'the dispatcher is interrupted'),
        goingAgain: () => logger.info('the dispatcher is going again'),
      })
      return running
    },
    /** Ends after the pass under way, which is cut short after five seconds, and closes the channels. */
    async stop(): Promise<void> {
      stopping.abort()
      const hurry = setTimeout(() => hurrying.abort(), graceMs)
      await running
      clearTimeout(hurry)
      await Promise.all([channels.email?.close(), channels.webhook?.close()])
    },
  }
}

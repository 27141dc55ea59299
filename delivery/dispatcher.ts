import { setTimeout as pause } from 'node:timers/promises'
import { nextWakingInstant } from '../policy/time/quiet-hours.ts'
import { sendDue, type Sending } from './sending.ts'
import { sortDue, sortedAtOnce } from './sorting.ts'

const restMs = 1_000
/** How long letters that are on their way may take when the process ends. */
const graceMs = 5_000

/**
 * A dispatcher, between the ledger and people; several may be at work at once, in one process or in many. `now` is in milliseconds
 * since 1970.
 */
export function createDispatcher(sending: Sending) {
  const { models, carriers, now } = sending
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
    if (nextWakingInstant(nowMs) !== nowMs) return sendDue(sending, hurrying.signal, 'confirming')
    const sorted = await sortDue(models, carriers, nowMs)
    if (sorted === sortedAtOnce) return sorted
    return sorted + (await sendDue(sending, hurrying.signal))
  }

  return {
    deliverDue,
    /** Makes passes until `stop`: at once while there is something to do, else every second, also after a failure. */
    run(): Promise<void> {
      running ??= passUntil(stopping.signal, deliverDue, sending.logger)
      return running
    },
    /** Ends after the pass under way, which is cut short after five seconds, and closes the ways out. */
    async stop(): Promise<void> {
      stopping.abort()
      const hurry = setTimeout(() => hurrying.abort(), graceMs)
      await running
      clearTimeout(hurry)
      await Promise.all([carriers.email?.close(), carriers.webhook?.close()])
    },
  }
}

async function passUntil(
  stopped: AbortSignal,
  pass: () => Promise<number>,
  logger: Sending['logger'],
): Promise<void> {
  let failing = false
  while (!stopped.aborted) {
    const done = await pass().catch((error: unknown) => {
      if (!failing) logger.error({ err: error }, 'the post is interrupted')
      failing = true
      return null
    })
    if (done !== null && failing) {
      logger.info('the post is going again')
      failing = false
    }
    if (!done) await pause(restMs, undefined, { signal: stopped }).catch(() => undefined)
  }
}

import type { Client } from '@temporalio/client'

/** How long a caller waits for an answer of the workflow before it is told to ask again. */
const answerWithinMs = 15_000

/** Asks Temporal, but no longer than a caller waits. */
export function withinDeadline<T>(temporal: Client, ask: () => Promise<T>): Promise<T> {
  return temporal.withDeadline(Date.now() + answerWithinMs, ask)
}

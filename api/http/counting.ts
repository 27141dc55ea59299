import { eventLabels } from '../../policy/case/labels.ts'
import type { Metrics } from './metrics.ts'
import { refusalOf } from './problem.ts'

/** What became of something that was not refused: it was done, or it had been done before under the same key. */
export type Done = 'accepted' | 'repeated'

/** Counts an event or a filing by its type and by what becomes of it. */
export async function counted<T extends { done: Done }>(
  { events }: Metrics,
  type: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work()
    events.inc({ type, outcome: result.done })
    return result
  } catch (error) {
    events.inc({ type, outcome: refusalOf(error).code })
    throw error
  }
}

/** The type of an event that is not yet parsed; what callers make up is one. */
export function typeOf(body: unknown): string {
  const type: unknown = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined
  return typeof type === 'string' && Object.hasOwn(eventLabels, type) ? type : 'unknown'
}

import { countStuck, type StuckSources } from '../../operations/stuck.ts'
import type { RecordGauge } from '../../telemetry/gauges.ts'
import { keepFor } from '../../telemetry/scrape.ts'

/** What is stuck need not be counted oftener (milliseconds): Temporal is asked about each workflow that it lists. */
const countedEveryMs = 60_000

/** How much is stuck, by kind; of what Temporal alone knows there is no reading while it does not answer. */
export function stuckGauge(sources: () => StuckSources): RecordGauge {
  const count = keepFor(countedEveryMs, () => countStuck(sources()))
  return {
    name: 'zhigai_stuck',
    help: 'What is stuck, by kind; of what Temporal lists the first hundred are looked at.',
    labels: ['kind'],
    read: async () => Object.entries(await count()).map(([kind, value]) => ({ labels: { kind }, value })),
  }
}

import { setTimeout as delay } from 'node:timers/promises'
import { Gauge, Registry } from 'prom-client'
import {
  gauges,
  patienceMs,
  single,
  type GaugeReading,
  type RecordGauge,
  type GaugeSource,
} from './gauges.ts'

/** For so long an answer is given again, however many scrape (milliseconds). */
const keptMs = 10_000

const up = single(
  'zhigai_record_up',
  'Whether MongoDB answers (1) or not (0); without it there are no other gauges of the record.',
  async ({ models }) => {
    await models.connection.db?.command({ ping: 1 })
    return 1
  },
)

const unread: Omit<RecordGauge, 'read'> = {
  name: 'zhigai_gauges_unread',
  help: 'How many gauges of the record could not be read although MongoDB answers.',
  labels: [],
}

/** What a scrape finds: readings by gauge, `null` where one could not be read. */
type Found = ReadonlyMap<Omit<RecordGauge, 'read'>, GaugeReading[] | null>

/** The gauges of the record on a registry of their own, which answers also when MongoDB does not; what is not known is left out. */
export function createRecordGauges(
  source: () => GaugeSource,
  table: readonly RecordGauge[] = gauges,
): Registry {
  const registry = new Registry()
  const read = keepFor(keptMs, () => readAll(source(), table))
  for (const each of [up, unread, ...table])
    registry.registerMetric(
      new Gauge({
        name: each.name,
        help: each.help,
        labelNames: [...each.labels],
        registers: [],
        async collect() {
          this.reset()
          this.remove({})
          for (const { labels, value } of (await read()).get(each) ?? []) this.set(labels, value)
        },
      }),
    )
  return registry
}

async function readAll(source: GaugeSource, table: readonly RecordGauge[]): Promise<Found> {
  const answers = (await within(up.read(source))) !== null
  const found = answers ? await Promise.all(table.map((gauge) => within(gauge.read(source)))) : []
  const missing = found.filter((readings) => readings === null).length
  return new Map<Omit<RecordGauge, 'read'>, GaugeReading[] | null>([
    [up, plain(answers ? 1 : 0)],
    ...(answers ? [[unread, plain(missing)] as const] : []),
    ...found.map((readings, index) => [table[index] ?? up, readings] as const),
  ])
}

function plain(value: number): GaugeReading[] {
  return [{ labels: {}, value }]
}

/** What comes in time, else `null`. */
function within<T>(asked: Promise<T>): Promise<T | null> {
  return Promise.race([asked.catch(() => null), delay(2 * patienceMs, null, { ref: false })])
}

/** Asks once for all who ask within a time (milliseconds); what failed is asked again. */
export function keepFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined
  return () => {
    const at = performance.now()
    if (last && at - last.at <= ms) return last.answer
    const asked = { at, answer: ask() }
    last = asked
    asked.answer.catch(() => {
      if (last === asked) last = undefined
    })
    return asked.answer
  }
}

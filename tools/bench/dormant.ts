import { setTimeout as pause } from 'node:timers/promises'
import { withBar } from './bar.ts'
import { startCases } from './cases.ts'
import { certify, certifiedMs } from './certified.ts'
import { recordCertified } from './certified-record.ts'
import { percentile, residentMb } from './measure.ts'
import { openOffice, type Office } from './office.ts'
import { printTable, type Row } from './report.ts'

type Options = { sizes: number[]; officers: number; seconds: number }
/** What was seen beside so many open projects; the rate is of starts, the memory in MB by process. */
type Seen = { size: number; startsPerSecond: number; latencies: number[]; memory: Record<string, number> }

const district = '江津区'
const startedAtOnce = 16
/** Projects that are made and put on record in one go. */
const batch = 500
/** Until what the starts have left to do is done (milliseconds). */
const settleMs = 10_000

/** Measures an officer's event and the memory of each process beside more and more projects that wait for a far deadline. */
export async function benchDormant({ sizes, officers, seconds }: Options): Promise<void> {
  const office = await openOffice(officers)
  try {
    const seen: Seen[] = []
    for (const size of sizes.toSorted((a, b) => a - b)) {
      const startsPerSecond = await fillUp(office, seen.at(-1)?.size ?? 0, size)
      await pause(settleMs)
      const fromMs = Date.now()
      await pause(seconds * 1000)
      seen.push({
        size,
        startsPerSecond,
        latencies: office.officers.during(fromMs, Date.now()),
        memory: memoryOf(office),
      })
    }
    printSeen(seen)
  } finally {
    await office.close()
  }
}

/** Adds open projects, up to so many, and answers how many were started in a second. */
async function fillUp({ models, rules, temporal }: Office, from: number, to: number): Promise<number> {
  const begun = performance.now()
  await withBar(`启动项目 open projects: ${to}`, to - from, async (tick) => {
    for (let next = from; next < to; next += batch) {
      const certified = Array.from({ length: Math.min(batch, to - next) }, (_, index) =>
        certify(rules, {
          project: `p-dormant-${next + index}`,
          district,
          enterprise: 1000 + next + index,
          beforeMs: certifiedMs + 1,
          atMs: Date.now(),
        }),
      )
      await recordCertified(models, certified)
      await startCases(temporal, certified, startedAtOnce, tick)
    }
  })
  return ((to - from) * 1000) / (performance.now() - begun)
}

function memoryOf({ pids }: Office): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, residentMb(pid)]))
}

function printSeen(seen: Seen[]): void {
  const each = (name: string, measure: (one: Seen) => number): Row => [name, ...seen.map(measure)]
  const processes = Object.keys(seen[0]?.memory ?? {})
  printTable(
    "one officer's event beside open projects",
    seen.map(({ size }) => String(size)),
    [
      each("officers' events", ({ latencies }) => latencies.length),
      each('event p50, ms', ({ latencies }) => percentile(latencies, 0.5)),
      each('event p99, ms', ({ latencies }) => percentile(latencies, 0.99)),
      ...processes.map((name) => each(`memory of ${name}, MB`, ({ memory }) => memory[name] ?? 0)),
      each('starts per second', ({ startsPerSecond }) => startsPerSecond),
    ],
  )
}

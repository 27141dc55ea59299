import { setTimeout as pause } from 'node:timers/promises'
import { withBar } from './bar.ts'
import { startCases } from './cases.ts'
import { certifySome, recordCertified } from './certified.ts'
import { percentile, residentMb } from './measure.ts'
import { withOffice, type Office } from './office.ts'
import { withOfficers } from './officers.ts'
import { printTable, type Row } from './report.ts'

type Options = { sizes: number[]; officers: number; seconds: number }
/** What was seen beside so many open projects; the rate is of starts, the memory in MB by process. */
type Seen = { size: number; startsPerSecond: number; latencies: number[]; memory: Record<string, number> }

const startedAtOnce = 16
/** Projects that are made and put on record in one go. */
const batch = 500
/** Until what the starts have left to do is done (milliseconds). */
const settleMs = 10_000

/** Measures an officer's event and the memory of each process beside more and more projects that wait for a far deadline. */
export function benchDormant({ sizes, officers, seconds }: Options): Promise<void> {
  return withOffice((office) =>
    withOfficers(office.client, officers, async (during) => {
      const seen: Seen[] = []
      for (const size of sizes.toSorted((a, b) => a - b)) {
        const startsPerSecond = await fillUp(office, seen.at(-1)?.size ?? 0, size)
        await pause(settleMs)
        const fromMs = Date.now()
        await pause(seconds * 1000)
        const latencies = during(fromMs, Date.now())
        seen.push({ size, startsPerSecond, latencies, memory: memoryOf(office) })
      }
      printSeen(seen)
    }),
  )
}

/** Adds open projects, up to so many, and answers how many were started in a second. */
async function fillUp({ models, rules, temporal }: Office, from: number, to: number): Promise<number> {
  const begun = performance.now()
  await withBar(`启动项目 open projects: ${to}`, to - from, async (tick) => {
    for (let next = from; next < to; next += batch) {
      const certified = certifySome(rules, 'dormant', next, Math.min(batch, to - next))
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

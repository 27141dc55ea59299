import { setTimeout as pause } from 'node:timers/promises'
import { spreadOf } from '../../workflows/spread.ts'
import { withBar } from './bar.ts'
import { startCases } from './cases.ts'
import { cpuOf, machineCpuMs, percentile } from './measure.ts'
import { withOffice, type Office } from './office.ts'
import { withOfficers } from './officers.ts'
import { printTable, type Row } from './report.ts'
import { findFaults, prepareStorm, untilWritten, type Expected, type Faults } from './storm-record.ts'

type Options = { projects: number; officers: number; seconds: number }
/** What a stretch of time showed: each event's latency, and the share of one core that each process took. */
type Stretch = { latencies: number[]; cores: Record<string, number> }
/** A storm: seconds from the due instant until the last project woke, and until all was written. */
type Passed = {
  calm: Stretch
  rough: Stretch
  lastWake: number
  lasted: number
  expected: Expected
  faults: Faults
}

const startedAtOnce = 8
/** What the start of a project may take (milliseconds); the storm is set that far ahead. */
const startPatienceMs = 300

/**
 * Measures what officers feel while the reports of all certified projects fall due at one instant: once with the wakes spread
 * over so many seconds, once without a spread.
 */
export function benchStorm({ projects, officers, seconds }: Options): Promise<void> {
  return withOffice((office) =>
    withOfficers(office.client, officers, async (during) => {
      for (const spread of [seconds * 1000, 0]) {
        const passed = await passStorm({ ...office, during }, { projects, seconds, spread })
        printStorm(spread > 0 ? `spread over ${seconds} s` : 'not spread', projects, passed)
      }
    }),
  )
}

type Watched = Office & { during: (fromMs: number, toMs: number) => number[] }

async function passStorm(
  office: Watched,
  { projects, seconds, spread }: { projects: number; seconds: number; spread: number },
): Promise<Passed> {
  const { models, rules, temporal } = office
  const atMs = Date.now() + projects * startPatienceMs + (seconds + 10) * 1000
  const storm = { name: `storm-${spread}`, projects, atMs, spread }
  const { certified, expected } = await prepareStorm(models, rules, storm)
  await withBar('启动项目 starting projects', projects, (tick) =>
    startCases(temporal, certified, startedAtOnce, tick),
  )
  if (Date.now() > atMs - seconds * 1000)
    throw new Error('the projects took too long to start; ask for fewer')
  const calm = await watch(office, () => pause(atMs - Date.now()))
  const total = expected.lines.length + expected.notices.length
  const rough = await watch(office, () =>
    withBar('同时到期 falling due', total, (tick) => untilWritten(models, expected, tick)),
  )
  const wakes = certified.map(({ input }) => spreadOf(input.project, spread) / 1000)
  const lasted = (Date.now() - atMs) / 1000
  return {
    calm,
    rough,
    lastWake: Math.max(...wakes),
    lasted,
    expected,
    faults: await findFaults(models, expected),
  }
}

/** Looks on while something takes its time. */
async function watch({ during, pids }: Watched, course: () => Promise<unknown>): Promise<Stretch> {
  const before = spent(pids)
  const fromMs = Date.now()
  await course()
  const ms = Date.now() - fromMs
  const cores = Object.entries(spent(pids)).map(([name, used]) => [name, (used - (before[name] ?? 0)) / ms])
  return { latencies: during(fromMs, fromMs + ms), cores: Object.fromEntries(cores) }
}

/** CPU time so far of each process of ours, and of all others on this machine. */
function spent(pids: Record<string, number>): Record<string, number> {
  const ours = cpuOf({ ...pids, driver: process.pid })
  const others = Object.values(ours).reduce((rest, ms) => rest - ms, machineCpuMs())
  return { ...ours, others }
}

function printStorm(name: string, projects: number, { calm, rough, ...passed }: Passed): void {
  const { lastWake, lasted, expected, faults } = passed
  const both = (measure: (stretch: Stretch) => number): [number, number] => [measure(calm), measure(rough)]
  const rows: Row[] = [
    ["officers' events", ...both(({ latencies }) => latencies.length)],
    ['event p50, ms', ...both(({ latencies }) => percentile(latencies, 0.5))],
    ['event p99, ms', ...both(({ latencies }) => percentile(latencies, 0.99))],
    ...Object.keys(calm.cores).map((part): Row => [
      `cores busy: ${part}`,
      ...both(({ cores }) => cores[part] ?? 0),
    ]),
  ]
  printTable(`${name}: ${projects} projects wake`, ['calm', 'storm'], rows)
  console.log(
    [
      `last project woke ${lastWake.toFixed(1)} s after the due instant, all was on record ${lasted.toFixed(1)} s after it`,
      `${expected.lines.length} overdue lines and ${expected.notices.length} notices expected: ` +
        Object.entries(faults)
          .map(([fault, ids]) => `${ids.length} ${fault}`)
          .join(', '),
    ].join('\n'),
  )
}

import { readFileSync } from 'node:fs'
import pMap from 'p-map'

/** What a round showed: how long it took, each event's latency, the CPU time of each process, and what else was counted. */
export type Round = {
  seconds: number
  lifecycles: number
  latencies: number[]
  cpu: Record<string, number>
  counts: Record<string, number>
}

const ticksPerSecond = 100

/** One side of a comparison: what must be there before a case begins, and how each of its events is sent, the first too. */
export type Side<Case> = { prepare: () => Promise<Case>; events: ((opened: Case) => Promise<unknown>)[] }

/**
 * Takes cases through their lives, so many at once, and measures them. All cases make one step before any makes the next,
 * as in an authority where a case rests between two events. `pids` names the processes whose CPU time is read; `counters` reads what
 * else is counted, before and after.
 */
export async function measureRound<Case>(
  {
    count,
    atOnce,
    pids,
    counters = () => Promise.resolve({}),
  }: {
    count: number
    atOnce: number
    pids: Record<string, number>
    counters?: () => Promise<Record<string, number>>
  },
  { prepare, events }: Side<Case>,
): Promise<Round> {
  const latencies: number[] = []
  const timed = async <T>(event: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await event()
    latencies.push(performance.now() - from)
    return result
  }
  const cases = await pMap(Array.from({ length: count }), prepare, { concurrency: atOnce })
  const [before, countedBefore] = [cpuOf(pids), await counters()]
  const from = performance.now()
  for (const event of events)
    await pMap(cases, (opened) => timed(() => event(opened)), { concurrency: atOnce })
  const seconds = (performance.now() - from) / 1000
  const cpu = since(before, cpuOf(pids))
  return { seconds, lifecycles: count, latencies, cpu, counts: since(countedBefore, await counters()) }
}

function since(before: Record<string, number>, now: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value - (before[name] ?? 0)]))
}

/** Joins rounds of one kind into one. */
export function joinRounds(rounds: Round[]): Round {
  return {
    seconds: rounds.reduce((sum, { seconds }) => sum + seconds, 0),
    lifecycles: rounds.reduce((sum, { lifecycles }) => sum + lifecycles, 0),
    latencies: rounds.flatMap(({ latencies }) => latencies),
    cpu: summed(rounds.map(({ cpu }) => cpu)),
    counts: summed(rounds.map(({ counts }) => counts)),
  }
}

function summed(all: Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const each of all)
    for (const [name, value] of Object.entries(each)) sums[name] = (sums[name] ?? 0) + value
  return sums
}

/** The value below which a share of the values lie. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Memory that a process holds now, in MB. */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** CPU time so far, in milliseconds, of each process. */
export function cpuOf(pids: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, processorMs(pid)]))
}

/** CPU time so far, in milliseconds, that the whole machine has spent on anything. */
export function machineCpuMs(): number {
  const [user = 0, nice = 0, system = 0] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1, 4)
    .map(Number)
  return ((user + nice + system) * 1000) / ticksPerSecond
}

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

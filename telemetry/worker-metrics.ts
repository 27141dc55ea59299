import { lookup } from 'node:dns/promises'
import type { Logger } from '@temporalio/common'
import { DefaultLogger, type RuntimeOptions } from '@temporalio/worker'
import type { StepWatch } from '../models/recorder.ts'

/** What is measured of steps by whoever records them: the API those of people, the worker those of time and of operators. */
export const stepMetrics = {
  projectionLag: {
    /** As it is exported with its unit: `zhigai_projection_lag_seconds`. */
    name: 'zhigai_projection_lag',
    unit: 'seconds',
    help: 'Time from a step of a workflow until the record shows it, or until an attempt to write it fails.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
  },
  steps: {
    /** As it is exported: `zhigai_steps_total`. */
    name: 'zhigai_steps',
    help: 'Steps of workflows written to the record, by type.',
  },
} as const

/** Where a process counts what is recorded, by type, and measures how far the record lags behind (seconds). */
export type StepMeters = { lag: (seconds: number) => void; count: (type: string) => void }

/**
 * Measures how far the record lags behind each step, also where it could not be written: else nobody would see it meanwhile. Counts
 * what is recorded.
 */
export function watchStepsBy(metersOf: () => StepMeters, now: () => number): StepWatch {
  return (steps, isRecorded) => {
    const { lag, count } = metersOf()
    for (const { at, entry } of steps) {
      lag(Math.max(now() - Date.parse(at), 0) / 1000)
      if (isRecorded) count(entry.type)
    }
  }
}

/** How the native side of Temporal speaks: what it logs, where, and on which address it can be scraped, if on any. */
export type Voice = { level?: 'WARN' | 'ERROR'; logger?: Logger; metricsAddress?: string | undefined }

/**
 * The options of Temporal's runtime, which is installed once in a process, before anything else of Temporal. With an
 * address, it answers `/metrics` there: durations in seconds, counters ending in `_total`.
 */
export function runtimeOptions({
  level = 'WARN',
  logger = new DefaultLogger(level),
  metricsAddress,
}: Voice): RuntimeOptions {
  return {
    logger,
    telemetryOptions: {
      logging: { forward: {}, filter: level },
      ...(metricsAddress !== undefined && { metrics: { prometheus: prometheusOn(metricsAddress) } }),
    },
    shutdownSignals: [],
  }
}

function prometheusOn(bindAddress: string) {
  const { name, buckets } = stepMetrics.projectionLag
  return {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    histogramBucketOverrides: { [name]: [...buckets] },
  }
}

/** The address on which a port of this host is opened, as the native side wants it: by number. */
export async function addressOf(host: string, port: number): Promise<string> {
  const { address, family } = await lookup(host)
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

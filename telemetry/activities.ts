import type { MetricCounter, MetricHistogram } from '@temporalio/common'
import { Runtime, type ActivityInterceptorsFactory } from '@temporalio/worker'
import { workerMetrics } from './worker-metrics.ts'
import { threadOf, withRequest, type Thread } from './thread.ts'

type Fields = { at?: unknown; request?: unknown; entry?: unknown; type?: unknown }

/**
 * Watches activities from outside: what is logged of them carries the ids of the request that caused them and of its trace; the
 * steps that reach the record are counted, and how far it lags behind them is measured, at each attempt (seconds).
 */
export function watchActivities(now: () => number): ActivityInterceptorsFactory {
  const steps = createSteps(now)
  return ({ info }) => {
    let thread: Thread = {}
    return {
      inbound: {
        async execute(input, next) {
          const fields = fieldsOf(input.args[0])
          const request = typeof fields.request === 'string' ? fields.request : ''
          const work = () => {
            thread = threadOf()
            return next(input)
          }
          const isStep = info.activityType === 'recordStep'
          return withRequest(request, () => (isStep ? steps.watch(fields, work) : work()))
        },
      },
      outbound: {
        // That an activity failed is logged when it is over, and we are no longer within the request.
        getLogAttributes: (input, next) => next({ ...input, ...thread }),
      },
    }
  }
}

/** Made when the first step comes: only then the runtime is sure to be installed. */
function createSteps(now: () => number) {
  let lag: MetricHistogram | undefined
  let count: MetricCounter | undefined
  const observe = (at: number) => {
    const { name, unit, help } = workerMetrics.projectionLag
    lag ??= Runtime.instance().metricMeter.createHistogram(name, 'float', unit, help)
    lag.record(Math.max(now() - at, 0) / 1000)
  }
  return {
    async watch<T>({ at, entry }: Fields, work: () => Promise<T>): Promise<T> {
      try {
        const result = await work()
        const { name, help } = workerMetrics.steps
        count ??= Runtime.instance().metricMeter.createCounter(name, undefined, help)
        count.add(1, { type: String(fieldsOf(entry).type) })
        return result
      } finally {
        // Also where it failed: else nobody would see it while nothing can be written.
        if (typeof at === 'string') observe(Date.parse(at))
      }
    },
  }
}

function fieldsOf(argument: unknown): Fields {
  return typeof argument === 'object' && argument !== null ? argument : {}
}

import type { MetricHistogram } from '@temporalio/common'
import { Runtime, type ActivityInterceptorsFactory } from '@temporalio/worker'
import { workerMetrics } from './worker-metrics.ts'
import { threadOf, withRequest, type Thread } from './thread.ts'

type Fields = { at?: unknown; request?: unknown }

/**
 * Watches activities from outside: what is logged of them carries the ids of the request that caused them and of its trace, and
 * how far the record lags behind the step is measured (seconds).
 */
export function watchActivities(now: () => number): ActivityInterceptorsFactory {
  let lag: MetricHistogram | undefined
  const observe = (at: number) => {
    const { name, unit, help } = workerMetrics.projectionLag
    lag ??= Runtime.instance().metricMeter.createHistogram(name, 'float', unit, help)
    lag.record(Math.max(now() - at, 0) / 1000)
  }
  return ({ info }) => {
    let thread: Thread = {}
    return {
      inbound: {
        async execute(input, next) {
          const { at, request } = fieldsOf(input.args[0])
          const result = await withRequest(typeof request === 'string' ? request : '', () => {
            thread = threadOf()
            return next(input)
          })
          if (info.activityType === 'recordStep' && typeof at === 'string') observe(Date.parse(at))
          return result
        },
      },
      outbound: {
        // That an activity failed is logged when it is over, and we are no longer within the request.
        getLogAttributes: (input, next) => next({ ...input, ...thread }),
      },
    }
  }
}

function fieldsOf(argument: unknown): Fields {
  return typeof argument === 'object' && argument !== null ? argument : {}
}

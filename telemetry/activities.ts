import type { MetricHistogram } from '@temporalio/common'
import { Runtime, type ActivityInterceptorsFactory } from '@temporalio/worker'
import { workerMetrics } from './worker-metrics.ts'
import { withRequest } from './thread.ts'

type Fields = { at?: unknown; request?: unknown }

/**
 * Watches activities from outside: what they log carries the id of the request that caused them, and how far the record
 * lags behind the step is measured (seconds).
 */
export function watchActivities(now: () => number): ActivityInterceptorsFactory {
  let lag: MetricHistogram | undefined
  const observe = (at: number) => {
    const { name, unit, help } = workerMetrics.projectionLag
    lag ??= Runtime.instance().metricMeter.createHistogram(name, 'float', unit, help)
    lag.record(Math.max(now() - at, 0) / 1000)
  }
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const { at, request } = fieldsOf(input.args[0])
        const work = () => next(input)
        const result = await (typeof request === 'string' && request !== ''
          ? withRequest(request, work)
          : work())
        if (info.activityType === 'recordStep' && typeof at === 'string') observe(Date.parse(at))
        return result
      },
    },
  })
}

function fieldsOf(argument: unknown): Fields {
  return typeof argument === 'object' && argument !== null ? argument : {}
}

import { Runtime, type ActivityInterceptorsFactory } from '@temporalio/worker'
import type { StepWatch } from '../models/recorder.ts'
import { correlationOf, withRequest, type Correlation } from './correlation.ts'
import { stepMetrics, watchStepsBy, type StepMeters } from './worker-metrics.ts'

/** What is logged of activities carries the ids of the request that caused them and of its trace. */
export function correlateActivities(): ActivityInterceptorsFactory {
  return () => {
    let thread: Correlation = {}
    return {
      inbound: {
        async execute(input, next) {
          const work = () => {
            thread = correlationOf()
            return next(input)
          }
          return withRequest(requestOf(input.args[0]), work)
        },
      },
      outbound: {
        // That an activity failed is logged when it is over, and we are no longer within the request.
        getLogAttributes: (input, next) => next({ ...input, ...thread }),
      },
    }
  }
}

/** The request that caused what an activity is given: of several steps, that of the last, which the others had to go before. */
function requestOf(given: unknown): string {
  const subject: unknown = Array.isArray(given) ? given.at(-1) : given
  const request: unknown =
    typeof subject === 'object' && subject !== null && 'request' in subject ? subject.request : undefined
  return typeof request === 'string' ? request : ''
}

/** Watches steps by the worker's metrics. */
export function watchSteps(now: () => number): StepWatch {
  let meters: StepMeters | undefined
  // Made when the first step comes: only then the runtime is sure to be installed.
  return watchStepsBy(() => (meters ??= createMeters()), now)
}

function createMeters(): StepMeters {
  const { metricMeter: meter } = Runtime.instance()
  const { projectionLag, steps } = stepMetrics
  const lag = meter.createHistogram(projectionLag.name, 'float', projectionLag.unit, projectionLag.help)
  const count = meter.createCounter(steps.name, undefined, steps.help)
  return { lag: (seconds) => lag.record(seconds), count: (type) => count.add(1, { type }) }
}

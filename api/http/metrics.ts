import { stepMetrics, watchStepsBy, type StepMeters } from '../../telemetry/worker-metrics.ts'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Looks at the disk of the engines, where they are ours: what is free, in bytes, and whether anything can be written. */
export type LookAtRoom = () => Promise<{ free: number; isWritable: boolean }>

/** What the API counts and measures, for `/metrics`; `room` is looked at when somebody scrapes. */
export function createMetrics(room?: LookAtRoom) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const free = new Gauge({
    name: 'zhigai_data_folder_free_bytes',
    help: 'Room on the disk of the data folder, where the engines are ours; 0 if nothing can be written to it.',
    registers: [registry],
    async collect() {
      const found = await room?.().catch(() => undefined)
      if (found) this.set(found.isWritable ? found.free : 0)
      else this.remove()
    },
  })
  free.remove()
  const stepMeters = createStepMeters(registry)
  return {
    watchSteps: watchStepsBy(() => stepMeters, Date.now),
    registry,
    requests: new Histogram({
      name: 'zhigai_http_request_duration_seconds',
      help: 'Duration of HTTP requests by route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
      registers: [registry],
    }),
    events: new Counter({
      name: 'zhigai_project_events_total',
      help: 'Filings and events sent to projects by type and outcome (accepted, repeated, or the code of the refusal).',
      labelNames: ['type', 'outcome'],
      registers: [registry],
    }),
    updates: new Histogram({
      name: 'zhigai_update_duration_seconds',
      help: 'Time from sending an event to a workflow until its answer, by outcome (answered, which a refusal is too, or failed).',
      labelNames: ['outcome'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
      registers: [registry],
    }),
  }
}

function createStepMeters(registry: Registry): StepMeters {
  const { projectionLag, steps } = stepMetrics
  const lag = new Histogram({
    name: `${projectionLag.name}_${projectionLag.unit}`,
    help: projectionLag.help,
    buckets: [...projectionLag.buckets],
    registers: [registry],
  })
  const recorded = new Counter({
    name: `${steps.name}_total`,
    help: steps.help,
    labelNames: ['type'],
    registers: [registry],
  })
  return { lag: (seconds) => lag.observe(seconds), count: (type) => recorded.inc({ type }) }
}

/** The metrics of one API process. */
export type Metrics = ReturnType<typeof createMetrics>

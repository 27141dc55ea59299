import { setTimeout as delay } from 'node:timers/promises'
import { type AttributeValue, context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base'
import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from '@temporalio/interceptors-opentelemetry'
import type { WorkflowClientInterceptor } from '@temporalio/client'
import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import type { Connection } from 'mongoose'
import { framesOf, maskMessage } from './mask.ts'
import { traceCommands } from './mongo.ts'

/** What traces a process: given to its client, its worker and its connection to MongoDB. */
export type Tracing = {
  isOn: boolean
  client: WorkflowClientInterceptor[]
  activities: ActivityInterceptorsFactory[]
  watch(connection: Connection): void
  /** Sends what has not been sent yet, for at most five seconds. */
  stop(): Promise<void>
}

const patienceMs = 5_000
/** At most this often spans leave; a quiet process sends what it has. */
const everyMs = 1_000

/** Sends spans to a collector; the provider is that of the whole process, so one at a time. */
export function exportTo(collector: string, service: string): Tracing {
  const url = `${collector.replace(/\/+$/, '')}/v1/traces`
  const exporter = withoutData(new OTLPTraceExporter({ url, timeoutMillis: patienceMs }))
  const provider = new BasicTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, where they are set, have the last word.
    resource: new Resource({ 'service.name': service }).merge(
      detectResourcesSync({ detectors: [envDetectorSync] }),
    ),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: everyMs })],
  })
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() })
  return {
    isOn: true,
    client: [new OpenTelemetryWorkflowClientInterceptor()],
    activities: [(activity) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(activity) })],
    watch: traceCommands,
    async stop() {
      const sent = provider.shutdown().catch(() => undefined)
      await Promise.race([sent, delay(patienceMs, undefined, { ref: false })])
      for (const each of [trace, context, propagation]) each.disable()
    },
  }
}

/** What failed is told in words that quote nobody. */
function withoutData(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(masked), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

function masked(span: ReadableSpan): ReadableSpan {
  const { message } = span.status
  const status = message === undefined ? span.status : { ...span.status, message: maskMessage(message) }
  const events = span.events.map(({ attributes = {}, ...event }) => ({
    ...event,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, value && maskedValue(name, value)]),
    ),
  }))
  return Object.create(span, {
    status: { value: status, enumerable: true },
    events: { value: events, enumerable: true },
  }) as ReadableSpan
}

function maskedValue(name: string, value: AttributeValue): AttributeValue {
  const text = String(value)
  if (name === 'exception.stacktrace') return framesOf(text).join('\n')
  return name === 'exception.message' ? maskMessage(text) : value
}

import { AsyncLocalStorage } from 'node:async_hooks'
import { isSpanContextValid, trace } from '@opentelemetry/api'

const requests = new AsyncLocalStorage<string>()

/** Does something in the name of an HTTP request: what is logged meanwhile carries its id. */
export function withRequest<T>(request: string, work: () => T): T {
  return requests.run(request, work)
}

/** What ties a log line to the request and the trace that it belongs to. */
export type Correlation = { request?: string; trace_id?: string }

/** What correlates a log line that is written now; nothing where nothing does. */
export function correlationOf(): Correlation {
  const request = requests.getStore()
  const span = trace.getActiveSpan()?.spanContext()
  return {
    ...(request && { request }),
    ...(span && isSpanContextValid(span) && { trace_id: span.traceId }),
  }
}

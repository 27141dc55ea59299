import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Request, RequestHandler } from 'express'

/**
 * The span of each call under `/api`: it continues the caller's `traceparent`, and is named after the route, never after the
 * path, which may tell too much. Does nothing while tracing is off.
 */
export function traceRequests(routeOf: (request: Request) => string): RequestHandler {
  const tracer = trace.getTracer('zhigai/http')
  return (request, response, next) => {
    if (!request.path.startsWith('/api/')) return next()
    const traceparent = request.get('traceparent')
    // No baggage: it would be kept in the histories of workflows.
    const caller = propagation.extract(ROOT_CONTEXT, traceparent === undefined ? {} : { traceparent })
    const { method } = request
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, caller)
    response.once('close', () => {
      const route = routeOf(request)
      span.updateName(`${method} ${route}`)
      span.setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': response.statusCode,
        'zhigai.request': String(response.locals['request'] ?? ''),
      })
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
    context.with(trace.setSpan(caller, span), next)
  }
}

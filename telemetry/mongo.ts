import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api'
import type { Connection } from 'mongoose'

/** Waiting for a change stream to say something is no work of the request that opened it. */
const untraced = new Set(['getMore', 'killCursors', 'endSessions'])

/** Commands on their way, above which something has been lost: no more are traced then. */
const mostUnderWay = 10_000

/**
 * Makes a span of each command to MongoDB that belongs to a trace: its name and collection, and no value of it. The
 * connection must have been made with `monitorCommands`.
 */
export function traceCommands(connection: Connection): void {
  const tracer = trace.getTracer('zhigai/mongodb')
  const underWay = new Map<string, Span>()
  const client = connection.getClient()
  client.on('commandStarted', ({ commandName, command, databaseName, address, requestId }) => {
    const isPartOfWork = trace.getActiveSpan()?.isRecording() ?? false
    if (!isPartOfWork || untraced.has(commandName) || underWay.size >= mostUnderWay) return
    const target: unknown = command[commandName]
    const collection = typeof target === 'string' ? target : databaseName
    const span = tracer.startSpan(`${commandName} ${collection}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'mongodb',
        'db.namespace': databaseName,
        'db.collection.name': collection,
        'db.operation.name': commandName,
      },
    })
    underWay.set(`${address}/${requestId}`, span)
  })
  const end = (failed: boolean) => (event: { address: string; requestId: number }) => {
    const key = `${event.address}/${event.requestId}`
    const span = underWay.get(key)
    underWay.delete(key)
    if (failed) span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
  }
  client.on('commandSucceeded', end(false))
  client.on('commandFailed', end(true))
}

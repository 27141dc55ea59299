import type { Logger as TemporalLogger, LogLevel, LogMetadata } from '@temporalio/common'
import { pino, type DestinationStream, type Logger } from 'pino'
import { build as pretty } from 'pino-pretty'
import { framesOf, maskMessage } from './mask.ts'
import { correlationOf } from './correlation.ts'

/** What a log says of an error: its kind, code and place, its message masked; no other property, for it may hold data. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? error.code : undefined
  return {
    type: error.name,
    message: maskMessage(error.message),
    ...(code !== undefined && { code }),
    stack: framesOf(error.stack),
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  }
}

/** A logger of one JSON line each, with the ids of request and trace where there are any; stderr, if no other stream is given. */
export function createLogger(level: string, stream: DestinationStream = standardError()): Logger {
  return pino({ level, mixin: correlationOf, serializers: { err: describeError } }, stream)
}

const shown = { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }

/** For a person at a terminal pretty, elsewhere JSON. A log that is a file on a full disk ends nobody: what cannot be written is lost. */
function standardError(): DestinationStream {
  const stream = process.stderr.isTTY ? pretty({ destination: 2, sync: true, ...shown }) : pino.destination(2)
  stream.on('error', () => undefined)
  return stream
}

const logged = { TRACE: null, DEBUG: null, INFO: null, WARN: 'warn', ERROR: 'error' } as const

/** What names a piece of work: of Temporal's worker, and of ours. */
const named = new Set([
  'sdkComponent',
  'workflowId',
  'runId',
  'workflowType',
  'activityType',
  'taskQueue',
  'request',
  'trace_id',
  'operation',
  'rollout',
  'cases',
  'projects',
  'day',
  'digest',
  'listed',
])

/** Of all else that is said of work only numbers are kept. */
function isKept([name, value]: [string, unknown]): boolean {
  return named.has(name) || typeof value === 'number'
}

/** Lets Temporal's worker, workflows and activities log in JSON as everything else does, at warnings and above. */
export function createTemporalLogger(logger: Logger): TemporalLogger {
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}) => {
    const at = logged[level]
    if (at === null) return
    const fields = Object.fromEntries(Object.entries(meta).filter(isKept))
    const error: unknown = meta['error']
    logger[at]({ ...fields, ...(error !== undefined && { err: error }) }, maskMessage(message))
  }
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  }
}

import { ApplicationFailure } from '@temporalio/common'
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import type { Response } from 'express'
import { mongo } from 'mongoose'
import { ZodError, type z } from 'zod'
import { errors, RefusalError, type ErrorCode, type ErrorKind, type Refusal } from '../policy/errors.ts'

/** The HTTP status of each kind of error; nothing else in the project knows one. */
export const statusOf = {
  malformed: 400,
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  stale: 412,
  tooLarge: 413,
  unsupported: 415,
  tooMany: 429,
  timeout: 408,
  headersTooLarge: 431,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorKind, number>

/** Answers with a problem document (RFC 9457): a stable `code`, words in Chinese and English, and what is allowed. */
export function sendProblem(response: Response, refusal: Refusal, instance: string): void {
  const { kind } = errors[refusal.code]
  const { status, body } = problemOf(refusal, instance)
  const extra: Record<string, string> = {
    ...(kind === 'unauthenticated' && { 'www-authenticate': 'Bearer realm="zhigai"' }),
    ...(kind === 'unavailable' && { 'retry-after': '5' }),
  }
  response.status(status).set(extra).type('application/problem+json').end(JSON.stringify(body))
}

/** The problem document of a refusal, and its status. */
export function problemOf({ code, detail, ...more }: Refusal, instance: string) {
  const { kind, zh, en } = errors[code]
  const status = statusOf[kind]
  const body = {
    type: `urn:zhigai:problem:${code}`,
    title: en,
    titleZh: zh,
    status,
    code,
    detail: detail ?? en,
    instance,
    ...more,
  }
  return { status, body }
}

/** What the caller is told of anything that was thrown; `internal` if it is a fault of ours. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof RefusalError) return error.refusal
  if (error instanceof ZodError) return refusalOfIssues(error)
  if (error instanceof WorkflowUpdateFailedError) return refusalOfWorkflow(error.cause)
  if (isOutage(error)) return { code: 'unavailable' }
  return refusalOfParser(error)
}

function refusalOfIssues({ issues }: ZodError): Refusal {
  const told = issues.slice(0, 20).map((issue) => ({ field: fieldOf(issue), reason: issue.message }))
  const allowed = issues[0] && allowedBy(issues[0])
  const detail = told.map(({ field, reason }) => `${field || 'body'}: ${reason}`).join('; ')
  return {
    code: 'invalid-request',
    detail,
    field: told[0]?.field ?? '',
    issues: told,
    ...(allowed && { allowed }),
  }
}

/** The field at fault; an unknown key is at fault itself, not the object that it stands in. */
function fieldOf(issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return [...issue.path, ...unknown].join('.')
}

/** What would have been accepted: the values of an enumeration, or the types of a union. */
function allowedBy(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  return issue.code === 'invalid_union' && 'options' in issue ? issue.options?.map(String) : undefined
}

/** What Temporal says to whoever waits for an update of a run that was ended, such as by a restart: the next run knows the command. */
const endedMeanwhile = 'AcceptedUpdateCompletedWorkflow'

function refusalOfWorkflow(cause: unknown): Refusal {
  if (cause instanceof ApplicationFailure && cause.type === endedMeanwhile) return { code: 'unavailable' }
  if (!(cause instanceof ApplicationFailure) || !isErrorCode(cause.type)) return { code: 'internal' }
  const [refusal] = cause.details ?? []
  return { ...(typeof refusal === 'object' && refusal), code: cause.type }
}

function isErrorCode(type: string | null | undefined): type is ErrorCode {
  return typeof type === 'string' && Object.hasOwn(errors, type)
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    error instanceof ServiceError ||
    isGrpcServiceError(error) ||
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoNotConnectedError ||
    (error instanceof mongo.MongoError && outageLabels.some((label) => error.hasErrorLabel(label))) ||
    (error instanceof mongo.MongoServerError && notServing.has(error.code)) ||
    // The driver lets a write to a socket that has just been closed through as it is.
    (error instanceof Error && 'code' in error && brokenSocket.has(error.code))
  )
}

const outageLabels = ['RetryableWriteError', 'TransientTransactionError', 'ResetPool']
/** MongoDB's codes of a server that starts, stops or is no primary. */
const notServing = new Set<unknown>([91, 189, 10107, 11600, 11602, 13435, 13436])
const brokenSocket = new Set<unknown>([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
])

/** Express and its body parser mark the caller's faults with a status below 500. */
function refusalOfParser(error: unknown): Refusal {
  if (!(
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status < 500
  ))
    return { code: 'internal' }
  if (error.status === 413) return { code: 'too-large' }
  if (error.status === 415) return { code: 'unsupported-media-type' }
  return { code: 'malformed-json', detail: error.message.slice(0, 200) }
}

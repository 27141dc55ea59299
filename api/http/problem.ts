import { ApplicationFailure } from '@temporalio/common'
import { WorkflowUpdateFailedError } from '@temporalio/client'
import type { Response } from 'express'
import { ZodError } from 'zod'
import { errors, isRefusal, RefusalError, type ErrorKind, type Refusal } from '../../policy/errors.ts'
import { refusalOfIssues } from '../../policy/words/issues.ts'
import type { Words } from '../../policy/edition/edition.ts'
import { wordsOf } from '../../policy/words/voice.ts'
import { isOutage } from './outages.ts'

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

/** Answers with the problem document of a refusal, in the language that the caller would rather read; Chinese if they do not say. */
export function sendProblem(response: Response, refusal: Refusal, instance: string): void {
  const { kind } = errors[refusal.code]
  const wanted = response.req.acceptsLanguages([...languages])
  const language = languages.find((each) => each === wanted) ?? 'zh'
  const { status, body } = problemOf(refusal, instance, language)
  const extra: Record<string, string> = {
    'content-language': language,
    ...(kind === 'unauthenticated' && { 'www-authenticate': 'Bearer realm="zhigai"' }),
    ...(kind === 'unavailable' && { 'retry-after': '5' }),
  }
  response
    .status(status)
    .set(extra)
    .vary('accept-language')
    .type('application/problem+json')
    .end(JSON.stringify(body))
}

/**
 * The problem document of a refusal (RFC 9457), and its status: a stable `code`, and what the caller needs in order to do better.
 * Title and detail are in one language; the sentence stands in it in both.
 */
export function problemOf(refusal: Refusal, instance: string, language: keyof Words = 'zh') {
  const { code, words: _words, ...members } = refusal
  const { kind, ...title } = errors[code]
  const status = statusOf[kind]
  const words = wordsOf(refusal)
  const body = {
    type: `urn:zhigai:problem:${code}`,
    title: title[language],
    status,
    code,
    detail: words[language],
    ...words,
    instance,
    ...members,
  }
  return { status, body }
}

/** In the order in which they come where a caller would take either. */
const languages = ['zh', 'en'] as const satisfies (keyof Words)[]

/** What the caller is told of anything that was thrown; `internal` if it is a fault of ours. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof RefusalError) return error.refusal
  if (error instanceof ZodError) return refusalOfIssues(error.issues)
  if (error instanceof WorkflowUpdateFailedError) return refusalOfWorkflow(error.cause)
  if (isOutage(error)) return { code: 'unavailable' }
  return refusalOfParser(error)
}

/** Whether an error is the answer of a workflow that was asked, or of us: it has not been done. Else that is not known. */
export function isAnswered(error: unknown): boolean {
  const { kind } = errors[refusalOf(error).code]
  return kind !== 'unavailable' && kind !== 'internal'
}

/** What Temporal says to whoever waits for an update of a run that was ended, such as by a restart: the next run knows the command. */
const endedMeanwhile = 'AcceptedUpdateCompletedWorkflow'

function refusalOfWorkflow(cause: unknown): Refusal {
  if (cause instanceof ApplicationFailure && cause.type === endedMeanwhile) return { code: 'unavailable' }
  const [carried] = (cause instanceof ApplicationFailure && cause.details) || []
  return isRefusal(carried) ? carried : { code: 'internal' }
}

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
  return { code: 'malformed-json' }
}

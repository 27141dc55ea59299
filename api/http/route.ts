import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError, type ErrorCode, type Refusal } from '../../policy/errors.ts'
import { inputRefusal, readInput } from '../../policy/words/issues.ts'
import type { Authenticate, SignedIn } from './authentication.ts'
import { refusalOf, sendProblem } from './problem.ts'
import type { RouteTag } from './route-tags.ts'

/** What a route is asked: parsed and trusted. */
export type RouteRequest<P, Q, B> = {
  params: P
  query: Q
  body: B
  caller: Actor
  /** The correlation id: it ties the logs to the workflow's history. */
  request: string
  /** The revision that the caller has read; null if none was named. */
  ifRevision: number | null
  /** Names the command, so that it may be sent again: the caller's, or one that they are given with the answer. */
  idempotencyKey: string
  /** The last event of a stream that the caller has heard; null if they have heard none. */
  lastEventId: string | null
  /** Of some media types, in our order, the one that the caller would rather have; false if they want none of them. */
  prefers: (...types: string[]) => string | false
}

/**
 * What a route answers; `revision` becomes the `ETag`. Of a type other than JSON the body is a text, or a stream that
 * lasts until it ends or the caller leaves: then it is destroyed.
 */
export type Answer<Body = unknown> = {
  status?: number
  body: Body
  revision?: number
  headers?: Record<string, string>
  /** Where it is not the one of the route. */
  type?: OtherType
  /** The cases that it shows something of, or `ofNoCase`, where the path does not say it. */
  shows?: readonly string[]
  /** Who reads it, where the address alone says so. */
  reader?: Actor
}

/** An answer in another form than JSON. */
type OtherAnswer = Answer<string> & { type: OtherType }

/** What is answered instead of JSON. */
type OtherType = 'text/calendar' | 'text/event-stream' | 'image/svg+xml'

type Shape = z.ZodType
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

/** One call of the API: what it takes, what it gives, who may make it. The OpenAPI document is made from these. */
export type Route = {
  method: 'get' | 'post' | 'put' | 'delete'
  /** With parameters in braces: `/projects/{id}`. */
  path: string
  summary: { zh: string; en: string }
  tag: RouteTag
  access: 'anyone' | 'signedIn'
  params?: z.ZodObject
  query?: z.ZodObject
  body?: Shape
  /** JSON, if no type is named. */
  answer: {
    status: number
    schema: Shape
    type?: OtherType
    also?: OtherType
    /** What it answers where nothing was to be kept. */
    orElse?: { status: number; schema: Shape }
  }
  /** What it may be refused with. */
  errors: readonly ErrorCode[]
  /** What it shows may be somebody else's: that they have read it is kept (`api/reads/reads.ts`). */
  logsReads?: true
  handle: (question: RouteRequest<unknown, unknown, unknown>) => Promise<Answer>
}

const noQuery = z.strictObject({})

/** Stands for a case in what is shown of people, and of no case. */
export const ofNoCase = ''

/** What is said of a route: signed in is whoever it is for, if nothing else is said; errors that follow from its form are added. */
type Defined = Omit<Route, 'access' | 'errors' | 'params' | 'query' | 'body' | 'answer' | 'handle'> &
  Partial<Pick<Route, 'access' | 'errors'>>

/** A route whose handler is typed by its schemas. */
export function route<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  B extends Shape | undefined,
  A extends Shape,
  E extends Shape = never,
>(
  definition: Defined & {
    params?: P
    query?: Q
    body?: B
    answer: Omit<Route['answer'], 'schema' | 'orElse'> & { schema: A; orElse?: { status: number; schema: E } }
    /** Refuses a caller before the body is looked at. */
    admit?: (caller: Actor) => Refusal | undefined
    handle: (
      question: RouteRequest<Parsed<P>, Parsed<Q>, Parsed<B>>,
    ) => Promise<Answer<z.input<A> | z.input<E> | Readable> | OtherAnswer>
  },
): Route {
  const { access = 'signedIn', errors = [], admit, handle, params, query, body, ...rest } = definition
  const form = { method: rest.method, access, errors }
  return {
    ...rest,
    access,
    errors: [...new Set([...errors, ...errorsOfForm(form, admit !== undefined)])],
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    async handle(raw) {
      const refusal = admit?.(raw.caller)
      if (refusal) throw new RefusalError(refusal)
      return handle({
        ...raw,
        params: (params && readInput(params, raw.params)) as Parsed<P>,
        query: readInput(query ?? noQuery, raw.query) as Parsed<Q>,
        body: (body && readInput(body, raw.body)) as Parsed<B>,
      })
    },
  }
}

/** What follows from the form of a route alone: the gates before its handler refuse with these, whatever it does. */
function errorsOfForm(definition: Pick<Route, 'method' | 'access' | 'errors'>, admits: boolean): ErrorCode[] {
  const { method, access } = definition
  return [
    'malformed-http',
    'request-timeout',
    'headers-too-large',
    'invalid-request',
    'not-utf8',
    'too-many-requests',
    'unavailable',
    ...(isRepeatable(definition) ? (['outcome-unknown'] as const) : []),
    ...(access === 'signedIn' ? (['not-signed-in'] as const) : []),
    ...(admits ? (['not-your-role'] as const) : []),
    ...(method === 'get' ? [] : (['malformed-json', 'too-large', 'unsupported-media-type'] as const)),
  ]
}

/** Whether it is done once under an `Idempotency-Key`, however often it is sent. */
export function isRepeatable({ errors }: Pick<Route, 'errors'>): boolean {
  return errors.includes('idempotency-key-reused')
}

/** What somebody has read: by which call, of which case or enterprise in its path, or of which cases in a list. */
export type Reading = {
  caller: Actor
  what: string
  params: Record<string, unknown>
  request: string
  shows?: readonly string[] | undefined
}

/** How callers are known, by their token; who is told of everybody who comes, and of what they have read. */
export type Reception = {
  authenticate: Authenticate
  greet: (signedIn: SignedIn) => Promise<void>
  logRead: (reading: Reading) => Promise<void>
}

/** Mounts routes on a router: sign in, parse, ask, answer. */
export function mount(router: Router, routes: Route[], reception: Reception): void {
  for (const each of routes)
    router[each.method](each.path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(each, reception))
}

/** Finds out who is calling, once for a request; a bad token is refused, none is nobody. */
export async function callerOf(
  request: Request,
  response: Response,
  authenticate: Authenticate,
): Promise<Actor | null> {
  return (await signedInOf(request, response, authenticate))?.caller ?? null
}

async function signedInOf(
  request: Request,
  response: Response,
  authenticate: Authenticate,
): Promise<SignedIn | null> {
  response.locals['signedIn'] ??= await authenticate(request.headers.authorization)
  return (response.locals['signedIn'] as SignedIn | null) ?? null
}

const nobody: Actor = { user: '', role: '' }

function handlerOf(definition: Route, { authenticate, greet, logRead }: Reception): RequestHandler {
  return async (request, response) => {
    const signedIn = definition.access === 'anyone' ? null : await signedInOf(request, response, authenticate)
    if (!signedIn && definition.access !== 'anyone')
      return sendProblem(response, { code: 'not-signed-in' }, request.originalUrl)
    if (signedIn) await greet(signedIn)
    const caller = signedIn?.caller ?? nobody
    const asked = { caller, params: request.params, request: String(response.locals['request'] ?? '') }
    const preconditions = preconditionsOf(request)
    if (isRepeatable(definition)) response.set('idempotency-key', preconditions.idempotencyKey)
    const answer = await answerOf(definition, {
      ...asked,
      query: request.query,
      body: request.body as unknown,
      lastEventId: request.get('last-event-id') ?? null,
      prefers: (...types) => request.accepts(types),
      ...preconditions,
    })
    if (definition.logsReads) {
      const { shows, reader = caller } = answer
      const reading = { ...asked, caller: reader, what: nameOf(definition), shows }
      await beforeShowing(answer, logRead(reading))
    }
    await send(response, answer, answer.type ?? definition.answer.type)
  }
}

/**
 * Where an engine gives no answer to what is done once under a key, the caller is told so, with the key under which to ask.
 * A refusal of ours knows itself what it means.
 */
async function answerOf(
  definition: Route,
  question: RouteRequest<unknown, unknown, unknown>,
): Promise<Answer> {
  try {
    return await definition.handle(question)
  } catch (error) {
    const isKnown = error instanceof RefusalError || refusalOf(error).code !== 'unavailable'
    if (isKnown || !isRepeatable(definition)) throw error
    const { idempotencyKey } = question
    throw new RefusalError({ code: 'outcome-unknown', idempotencyKey }, { cause: error })
  }
}

const nameOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`

/** Nobody is shown what they would read unseen. */
async function beforeShowing({ body }: Answer, logged: Promise<void>): Promise<void> {
  try {
    await logged
  } catch (error) {
    if (body instanceof Readable) body.destroy()
    throw error
  }
}

function preconditionsOf(request: Request) {
  const match = request.get('if-match')
  const tag =
    match === undefined || match === '*' ? undefined : (/^(?:W\/)?"(\d{1,9})"$/.exec(match)?.[1] ?? '')
  if (tag === '')
    throw new RefusalError(
      inputRefusal('If-Match', {
        zh: '须为项目的 ETag，例如 W/"3"',
        en: 'must be the ETag of the project, such as W/"3"',
      }),
    )
  const key = request.get('idempotency-key')
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new RefusalError(
      inputRefusal('Idempotency-Key', {
        zh: '须为 1 至 200 个可见的 ASCII 字符',
        en: 'must be 1 to 200 visible ASCII characters',
      }),
    )
  }
  return { ifRevision: tag === undefined ? null : Number(tag), idempotencyKey: key ?? randomUUID() }
}

async function send(
  response: Response,
  { status = 200, body, revision, headers = {} }: Answer,
  type: OtherType | undefined,
): Promise<void> {
  const etag = revision === undefined ? {} : { etag: `W/"${revision}"` }
  response.status(status).set({ 'cache-control': 'no-store', ...etag, ...headers })
  response.type(type ?? 'application/json')
  // A stream that is cut off, by either side, has nobody left to be told.
  if (body instanceof Readable) await pipeline(body, response).catch(() => undefined)
  else response.end(type ? String(body) : JSON.stringify(body))
}

import { randomUUID } from 'node:crypto'
import express, {
  Router,
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
} from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import { findBody } from '../../policy/edition/districts.ts'
import type { Authenticate } from './authentication.ts'
import { callerAddress, proxiesOf } from './caller-address.ts'
import type { Dependencies } from '../dependencies.ts'
import { createRootRouter } from './root-router.ts'
import { createOpenApi } from './openapi.ts'
import { rememberPeople } from '../people/people.ts'
import { refusalOf, sendProblem } from './problem.ts'
import { logReads } from '../reads/reads.ts'
import { callerOf, mount } from './route.ts'
import { createRouteNames } from './route-names.ts'
import { createRoutes } from '../routes.ts'
import { jsonBody, needWholeAddress } from './text.ts'
import { traceRequests } from '../../telemetry/http.ts'
import { describeError } from '../../telemetry/log.ts'
import { createPathMask } from '../../telemetry/mask.ts'
import { withRequest } from '../../telemetry/correlation.ts'

/** Requests a minute: of one person who is signed in, and of one address that is not. */
const limits = { signedIn: 3_000, anonymous: 1_200 }

/** The HTTP listener: operations at the root, the calls under `/api/v1`, problem documents for everything that goes wrong. */
export function buildApp(given: Dependencies): Express {
  const deps = { ...given, authenticate: withDistrict(given) }
  const routes = createRoutes(deps)
  const calls = Router({ strict: false })
  mount(calls, routes, {
    authenticate: deps.authenticate,
    greet: rememberPeople(deps),
    logRead: logReads(deps),
  })
  const paths = routes.map(({ path }) => path)
  const routeOf = createRouteNames([
    ...rootPaths.map((path) => `/${path}`),
    ...paths.map((path) => `/api/v1${path}`),
  ])
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', proxiesOf(deps.proxies))
  app.use(
    nameRequest,
    traceRequests(routeOf),
    measure(deps, routeOf),
    logRequest(deps, paths),
    helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } }),
  )
  app.use(needWholeAddress)
  app.use(createRootRouter(deps, createOpenApi(routes)))
  app.use('/api/v1', ...(deps.limitsRate ? [limit(deps)] : []), ...jsonBody, calls)
  app.use((request, response) => sendProblem(response, { code: 'not-found' }, request.originalUrl))
  app.use(handleError(deps))
  return app
}

/** Signs people in by the short name of their district, whichever name their token has. */
function withDistrict({ authenticate, editions }: Dependencies): Authenticate {
  const { bodies } = editions.organisation
  return async (authorization) => {
    const signedIn = await authenticate(authorization)
    const named = signedIn?.caller.district
    const district = named === undefined ? undefined : findBody(bodies, named)?.name
    return signedIn && district ? { ...signedIn, caller: { ...signedIn.caller, district } } : signedIn
  }
}

/** Gives each request a name, or keeps the caller's: it appears in the logs, in the answer and in the workflow's history. */
const nameRequest: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id')
  const id = given && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
  response.locals['request'] = id
  response.set('x-request-id', id)
  withRequest(id, next)
}

/** Logs what was asked and how it ended; no bodies, no query strings, no addresses, no names. */
function logRequest({ logger }: Dependencies, paths: string[]): RequestHandler {
  const pathOf = createPathMask(['api/v1', ...rootPaths, ...paths])
  return pinoHttp({
    logger,
    genReqId: (_request, response) => response.getHeader('x-request-id') as string,
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
        id,
        method,
        path: pathOf(url),
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
      err: ({ raw }: { raw: unknown }) => describeError(raw),
    },
    customLogLevel: (_request, { statusCode }, error) => (error || statusCode >= 500 ? 'error' : 'info'),
  })
}

/** What stands at the root beside the calls; of these and of the calls, paths are logged word by word. */
const rootPaths = ['healthz', 'readyz', 'metrics', 'openapi.json', 'docs', '.well-known/jwks.json']

/** Whoever leaves before the answer is counted as such; a live stream lasts as long as its reader likes. */
function measure({ metrics }: Dependencies, routeOf: (request: Request) => string): RequestHandler {
  return (request, response, next) => {
    const stop = metrics.requests.startTimer({ method: request.method })
    response.once('close', () => {
      if (String(response.getHeader('content-type')).startsWith('text/event-stream')) return
      stop({ route: routeOf(request), status: response.writableFinished ? response.statusCode : 'aborted' })
    })
    next()
  }
}

/** Counts per person if the token is good, else per address; a bad token is told later, by the route. */
function limit({ authenticate }: Dependencies): RequestHandler {
  const callerKey = async (request: Request, response: express.Response) =>
    (await callerOf(request, response, authenticate).catch(() => null))?.user ?? null
  return rateLimit({
    windowMs: 60_000,
    limit: async (request, response) =>
      (await callerKey(request, response)) ? limits.signedIn : limits.anonymous,
    keyGenerator: async (request, response) => (await callerKey(request, response)) ?? callerAddress(request),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (request, response) => sendProblem(response, { code: 'too-many-requests' }, request.originalUrl),
  })
}

function handleError({ logger }: Dependencies): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const refusal = refusalOf(error)
    if (refusal.code === 'internal')
      logger.error({ err: error, request: response.locals['request'] as string }, 'unexpected error')
    sendProblem(response, refusal, request.originalUrl)
  }
}

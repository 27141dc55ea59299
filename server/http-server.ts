import { createServer, STATUS_CODES, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { addressKey, proxiesOf } from '../api/http/caller-address.ts'
import { problemOf } from '../api/http/problem.ts'
import type { ErrorCode } from '../policy/errors.ts'

/**
 * What a caller may take of an HTTP server (milliseconds). All of it is held by the process that accepts, however it came to its
 * port: Node looks for what is late only where a server listens itself.
 */
const defaults = {
  /** Until the headers of a request are there, the first of a connection also from its beginning. */
  headersMs: 15_000,
  /** Until its body is there. */
  requestMs: 60_000,
  /** How long a connection may wait for its next request. */
  idleMs: 5_000,
  /** How long one may stand still in the middle of an answer; live streams beat more often. */
  stallMs: 120_000,
  /** How often late ones are looked for. */
  checkMs: 5_000,
}
/** As `defaults`. */
export type Times = typeof defaults

/** How many connections there may be, in all and from one address; a proxy that is trusted speaks for many. */
export type Connections = { atMost: number; perAddress: number; proxies: readonly string[] }

/** A server that holds every limit, on whatever it will listen; `onDrop` hears of each connection that is one too many. */
export function createHttpServer(
  app: RequestListener,
  { atMost, perAddress, proxies }: Connections,
  { times = {}, onDrop = () => undefined }: { times?: Partial<Times>; onDrop?: () => void } = {},
): Server {
  const { headersMs, requestMs, idleMs, stallMs, checkMs } = { ...defaults, ...times }
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: checkMs,
    },
    app,
  )
  server.timeout = stallMs
  server.maxConnections = atMost
  server.on('drop', onDrop)
  countByAddress(server, { perAddress, proxies, onDrop })
  answerBroken(server)
  return server
}

type Counting = Pick<Connections, 'perAddress' | 'proxies'> & { onDrop: () => void }

/** Closes a connection of an address that has all it may have. */
function countByAddress(server: Server, { perAddress, proxies, onDrop }: Counting): void {
  const open = new Map<string, number>()
  const isProxy = proxiesOf(proxies)
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket
    if (isProxy(remoteAddress)) return
    const key = addressKey(remoteAddress)
    const others = open.get(key) ?? 0
    if (others >= perAddress) {
      socket.destroy()
      onDrop()
      return
    }
    open.set(key, others + 1)
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1
      if (left > 0) open.set(key, left)
      else open.delete(key)
    })
  })
}

/** By Node's codes; of everything else the parser has said that it is no HTTP. */
const brokenBy: Record<string, Exclude<ErrorCode, 'not-your-role'>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too-large',
}

/** What cannot be read as a request is told so as everything else is; Node itself would answer with an empty page. */
function answerBroken(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>()
  server.prependListener('request', (_request, answer) => {
    if (answer.socket) answers.set(answer.socket, answer)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const answer = answers.get(socket)
    const isBegun = answer?.headersSent === true && !answer.writableFinished
    if (!socket.writable || error.code === 'ECONNRESET' || isBegun) return socket.destroy(error)
    const { status, body } = problemOf({ code: brokenBy[error.code ?? ''] ?? 'malformed-http' }, '')
    const text = JSON.stringify(body)
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: application/problem+json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(text)}`,
        'Connection: close',
        '',
        text,
      ].join('\r\n'),
    )
    // Whoever sends on regardless is not waited for.
    socket.resume()
    setTimeout(() => socket.destroy(), 1_000).unref()
  })
}

import type { RequestListener, Server, ServerResponse } from 'node:http'
import net, { type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadyConfig } from './config.ts'
import { createHttpServer, type Times } from './http-server.ts'

/** Node closes a connection on which nothing was asked for five seconds, some releases a second later; after this long none of those is left (milliseconds). */
const idleMs = 7_000

type Serving = Pick<ReadyConfig, 'host' | 'port' | 'connections'>

/**
 * The HTTP server of one process. It leaves so that nobody notices: a client that keeps its connection is told with its next answer that it is the last.
 */
export function createServing(
  app: RequestListener,
  config: Serving,
  { times = {}, onDrop = () => undefined }: { times?: Partial<Times>; onDrop?: () => void } = {},
) {
  const leaving = new AbortController()
  const server = createHttpServer(app, config.connections, { times, onDrop })
  const open = new Set<Socket>()
  const answers = new Set<ServerResponse>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.prependListener('request', (_request, answer) => {
    answers.add(answer)
    answer.once('close', () => answers.delete(answer))
    if (leaving.signal.aborted) sayLast(answer)
  })
  return {
    /** Whether this process is about to end. */
    isLeaving: () => leaving.signal.aborted,
    open: () => listen(server, config),
    /** From now on each answer is the last on its connection; fulfilled after the grace and when idle clients are gone (milliseconds). */
    async leave(graceMs: number): Promise<void> {
      leaving.abort()
      answers.forEach(sayLast)
      await delay(graceMs)
      stopAccepting(server)
      for (const limit = Date.now() + idleMs; open.size > 0 && Date.now() < limit;) await delay(50)
    },
    /** Answers what is under way, takes nothing new. */
    async close(): Promise<void> {
      leaving.abort()
      answers.forEach(sayLast)
      stopAccepting(server)
      for (; open.size > 0; await delay(20)) {
        const busy = new Set([...answers].map(({ socket }) => socket))
        open.forEach((socket) => busy.has(socket) || socket.destroy())
      }
    },
  }
}

function sayLast(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('connection', 'close')
}

function listen(server: Server, { port, host }: Serving): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** HTTP's own `close` would end idle connections at once, on which the next request may be under way, and the watch for late ones. */
function stopAccepting(server: Server): void {
  if (server.listening) net.Server.prototype.close.call(server)
}

import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Word } from './child.ts'
import type { ReadyConfig } from './config.ts'

/** Node closes a connection on which nothing was asked for five seconds; after this long none of those is left (milliseconds). */
const idleMs = 6_000

/**
 * The HTTP server of one process. It listens itself, or takes the connections that the parent hands in, and leaves so that
 * nobody notices: a client that keeps its connection is told with its next answer that it is the last.
 */
export function createServing(app: RequestListener) {
  const leaving = new AbortController()
  const server = createServer(app)
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
  const untilAlone = async () => {
    for (const limit = Date.now() + idleMs; open.size > 0 && Date.now() < limit;) await delay(50)
  }
  return {
    /** Whether this process is about to end. */
    isLeaving: () => leaving.signal.aborted,
    /** Opens the door. */
    open: (config: ReadyConfig) => (config.door === 'own' ? listen(server, config) : takeHanded(server)),
    /** From now on each answer is the last on its connection; fulfilled after the grace and when idle clients are gone (milliseconds). */
    async leave(graceMs: number): Promise<void> {
      leaving.abort()
      answers.forEach(sayLast)
      await delay(graceMs)
      if (server.listening) server.close()
      await untilAlone()
    },
    /** Answers what is under way, takes nothing new. */
    async close(): Promise<void> {
      leaving.abort()
      answers.forEach(sayLast)
      if (server.listening) server.close()
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

function listen(server: ReturnType<typeof createServer>, { port, host }: ReadyConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** A connection that has ended on its way here comes without its socket. */
function takeHanded(server: ReturnType<typeof createServer>): void {
  process.on('message', (word: Word, socket: Socket | undefined) => {
    if (word === 'connection' && socket) server.emit('connection', socket)
  })
}

import type { ChildProcess } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import type { Word } from './child.ts'
import type { Config } from './config.ts'

/** So many connections wait while nobody serves; more are closed. */
const mostWaiting = 1_000
const connection: Word = 'connection'

/** The listening socket of an installation: it stays while those who serve come and go. */
export type Door = {
  /** Hands every connection to this process from now on, those that wait first. */
  serveBy(child: ChildProcess): void
  /** Lets connections wait until somebody serves again, unless another does by now. */
  lose(child: ChildProcess): void
  close(): void
}

/** Opens the door on the port; connections wait until somebody serves. */
export async function openDoor({ port, host }: Config): Promise<Door> {
  const waiting = new Set<Socket>()
  let serving: ChildProcess | undefined
  const wait = (socket: Socket) => {
    if (waiting.size >= mostWaiting) return socket.destroy()
    waiting.add(socket)
    socket.once('close', () => waiting.delete(socket))
  }
  const hand = (socket: Socket) => {
    if (!serving?.connected) return wait(socket)
    waiting.delete(socket)
    serving.send(connection, socket, (error) => error && socket.destroy())
  }
  const server = createServer({ pauseOnConnect: true, noDelay: true }, hand)
  // A client that goes while it waits is none of our faults.
  server.on('connection', (socket: Socket) => socket.on('error', () => socket.destroy()))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    serveBy(child) {
      serving = child
      for (const socket of waiting) hand(socket)
    },
    lose(child) {
      if (serving === child) serving = undefined
    },
    close() {
      server.close()
      for (const socket of waiting) socket.destroy()
    },
  }
}

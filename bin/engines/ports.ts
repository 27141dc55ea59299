import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { UserError } from '../user-error.ts'

/** Finds a free port of this machine, below the range from which the system serves outgoing connections. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(20_000, 30_000)
    if ((await listenError('127.0.0.1', port)) === undefined) return port
  }
  throw new UserError('no free port was found between 20000 and 30000 on 127.0.0.1')
}

/** Refuses a port on which we could not listen. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const code = await listenError(host, port)
  if (code === undefined) return
  if (code === 'EADDRINUSE') throw new UserError(`port ${port} is in use; set PORT to another`)
  if (code === 'EACCES')
    throw new UserError(`port ${port} needs more rights than this user has; set PORT to another`)
  throw new UserError(
    `cannot listen on ${host}, port ${port} (${code}); set HOST to an address of this machine`,
  )
}

function listenError(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

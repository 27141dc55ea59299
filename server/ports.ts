import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from './user-error.ts'

/** Finds a free port of this machine, below the range from which the system serves outgoing connections. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(20_000, 30_000)
    if ((await listenError('127.0.0.1', port)) === undefined) return port
  }
  throw new UserError(
    '127.0.0.1 的端口 20000 至 30000 均被占用 · no free port was found between 20000 and 30000 on 127.0.0.1',
  )
}

/** Refuses a port on which we could not listen; one that somebody is about to leave is waited for (milliseconds). */
export async function assertPortFree(host: string, port: number, waitMs = 0): Promise<void> {
  const limit = Date.now() + waitMs
  let code = await listenError(host, port)
  for (; code === 'EADDRINUSE' && Date.now() < limit; code = await listenError(host, port)) await delay(200)
  if (code === undefined) return
  if (code === 'EADDRINUSE')
    throw new UserError(
      `端口 ${port} 已被占用，请将 PORT 设为其他端口 · port ${port} is in use; set PORT to another`,
    )
  if (code === 'EACCES')
    throw new UserError(
      `当前用户无权使用端口 ${port}，请将 PORT 设为其他端口 · port ${port} needs more rights than this user has; set PORT to another`,
    )
  throw new UserError(
    `无法在 ${host} 的端口 ${port} 上监听（${code}），请将 HOST 设为本机地址 · ` +
      `cannot listen on ${host}, port ${port} (${code}); set HOST to an address of this machine`,
  )
}

/** Whether nobody listens on a port of this machine. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenError('127.0.0.1', port)) === undefined
}

function listenError(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, vi } from 'vitest'
import { freePort } from '../../server/ports.ts'

const probeEvery = 200
/** What concerns one connection alone, and is not passed on. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/** A balancer before several APIs: they take turns, those alone whose `/readyz` answers 200. It tries nothing twice. */
export async function openBalancer() {
  const ready = new Map<number, boolean>()
  const served = new Map<number, number>()
  const faults: string[] = []
  // Less than the five seconds after which an API ends an idle connection: both would else use and end it at once.
  const agent = new Agent({ keepAlive: true, timeout: 3_000 })
  let turn = 0

  const server = createServer((request, response) => {
    const able = [...ready].flatMap(([port, is]) => (is ? [port] : []))
    const port = able[(turn += 1) % able.length]
    if (port === undefined) return response.writeHead(503).end('{}')
    served.set(port, (served.get(port) ?? 0) + 1)
    passOn(request, response, { agent, port }, (fault) => faults.push(fault))
  })
  const probe = async (port: number) => {
    const is = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready.has(port)) ready.set(port, is)
  }
  const probing = setInterval(() => [...ready.keys()].forEach((port) => void probe(port)), probeEvery)
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    /** Takes an API in, and waits until it is ready. */
    async add(api: number): Promise<void> {
      ready.set(api, false)
      await vi.waitFor(() => expect(ready.get(api)).toBe(true), { timeout: 60_000, interval: 50 })
    },
    remove: (api: number) => ready.delete(api),
    /** What went wrong on the way to an API. */
    faults,
    /** How many requests an API has been given. */
    servedBy: (api: number) => served.get(api) ?? 0,
    close() {
      clearInterval(probing)
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { agent, port }: { agent: Agent; port: number },
  onFault: (fault: string) => void,
): void {
  const { method, url: path, headers } = request
  const passed = ask({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
    const kept = Object.entries(answer.headers).filter(([name]) => !ofConnection.has(name))
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept))
    answer.pipe(response)
  })
  passed.once('error', (error) => {
    onFault(`${port} ${passed.reusedSocket ? 'known' : 'new'} connection: ${error.message}`)
    response.destroy(error)
  })
  request.pipe(passed)
}

import { createServer, type Server } from 'node:http'
import { afterEach, expect, it, vi } from 'vitest'
import { readReadyConfig } from '../../server/config.ts'
import { freePort } from '../../server/ports.ts'
import { openMetricsListener } from '../../server/metrics-listener.ts'
import { createLogger } from '../../telemetry/log.ts'

const engines = { TEMPORAL_ADDRESS: '127.0.0.1:1', MONGODB_URI: 'mongodb://127.0.0.1:1/none' }
const patience = { timeout: 10_000, interval: 50 }
const opened: { close(): void }[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** A door on a free port, or on none, and what it has logged. */
async function openListener(port?: number) {
  const lines: string[] = []
  const config = readReadyConfig({
    ...engines,
    ...(port !== undefined && { WORKER_METRICS_PORT: `${port}` }),
  })
  const listener = await openMetricsListener(
    config,
    createLogger('warn', { write: (line) => void lines.push(line) }),
  )
  if (listener) opened.push(listener)
  return { door: listener, lines }
}

/** Answers on an address as the native side does. */
async function answerOn(port: number, body: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/x' }).end(`${request.url} ${body}`)
  })
  opened.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

const scrape = (port: number) => fetch(`http://127.0.0.1:${port}/metrics`)

it('there is no door where no port is set', async () => {
  expect((await openListener()).door).toBeUndefined()
})

it('the door passes on what the native side says, and answers 503 while that says nothing', async () => {
  const port = await freePort()
  const { door: listener } = await openListener(port)
  await vi.waitFor(async () => expect((await scrape(port)).status).toBe(503), patience)
  await answerOn(Number(listener?.source.split(':').at(-1)), 'a 1')
  const answer = await scrape(port)
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/x',
    '/metrics a 1',
  ])
})

it('a door whose port the worker before it still has waits until that lets go, and says so once', async () => {
  const port = await freePort()
  const before = await answerOn(port, 'of the worker before')
  const { lines } = await openListener(port)
  await vi.waitFor(() => expect(lines).toHaveLength(1), patience)
  expect(lines[0]).toContain('the port for metrics is taken')
  before.close()
  before.closeAllConnections()
  await vi.waitFor(async () => expect((await scrape(port)).status).toBe(503), patience)
  expect(lines).toHaveLength(1)
})

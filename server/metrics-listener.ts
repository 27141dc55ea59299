import type { RequestListener, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { addressOf } from '../telemetry/worker-metrics.ts'
import type { ReadyConfig } from './config.ts'
import { createHttpServer } from './http-server.ts'
import { freePort } from './ports.ts'

const pause = 500

/**
 * Where the worker can be scraped, in front of the address that Temporal's native side opens: that one cannot wait until the
 * worker before this one lets go of the port, and this can. Nothing, where no port is set.
 */
export async function openMetricsListener(
  { host, workerMetricsPort: port, connections }: ReadyConfig,
  logger: Logger,
) {
  if (port === undefined) return undefined
  const source = await addressOf('127.0.0.1', await freePort())
  const answer: RequestListener = (request, response) =>
    void passOn(`http://${source}${request.url ?? ''}`, response)
  const server = createHttpServer(answer, connections)
  const listen = () => server.listen(port, host)
  let isLogged = false
  let again: NodeJS.Timeout | undefined
  server.on('error', (err) => {
    if (!isLogged) logger.warn({ err }, 'the port for metrics is taken, trying again')
    isLogged = true
    again = setTimeout(listen, pause).unref()
  })
  listen()
  return {
    source,
    close(): void {
      clearTimeout(again)
      server.close()
      server.closeAllConnections()
    },
  }
}

async function passOn(url: string, response: ServerResponse): Promise<void> {
  try {
    const found = await fetch(url)
    const type = found.headers.get('content-type') ?? 'text/plain'
    const text = await found.text()
    response.writeHead(found.status, { 'content-type': type }).end(text)
  } catch {
    response.writeHead(503).end()
  }
}

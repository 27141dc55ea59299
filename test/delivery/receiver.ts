import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A secret of a webhook. */
export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

type Call = { headers: Record<string, string>; body: string; url: string | undefined }

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString()
}

/** A receiver of calls that answers as the test says. */
export async function startReceiver() {
  const calls: Call[] = []
  const answers: { status: number; headers?: Record<string, string>; body?: string }[] = []
  const server: Server = createServer((request, response) => {
    void read(request).then((body) => {
      calls.push({ headers: request.headers as Record<string, string>, body, url: request.url })
      const answer = answers.shift() ?? { status: 204 }
      response.writeHead(answer.status, answer.headers).end(answer.body)
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    calls,
    answers,
    port,
    /** Where it wants to be called. */
    url: `http://127.0.0.1:${port}/hook`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A receiver, as tests use it. */
export type Receiver = Awaited<ReturnType<typeof startReceiver>>

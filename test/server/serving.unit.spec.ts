import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readReadyConfig } from '../../server/config.ts'
import { freePort } from '../../server/ports.ts'
import { createServing } from '../../server/serving.ts'

const agents: Agent[] = []
afterEach(() => agents.splice(0).forEach((agent) => agent.destroy()))

/** A server whose answers to `/slow` wait until they are let go. */
async function serve() {
  const held: (() => void)[] = []
  const app: RequestListener = (request, response) => {
    if (request.url !== '/slow') response.end('done')
    else held.push(() => response.end('done'))
  }
  const port = await freePort()
  const addresses = { TEMPORAL_ADDRESS: '127.0.0.1:1', MONGODB_URI: 'mongodb://127.0.0.1:1/none' }
  const serving = createServing(app, readReadyConfig({ PORT: `${port}`, ...addresses }))
  await serving.open()
  const ask = (agent: Agent, path = '/') =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, agent }, (response) => {
        response.resume()
        response.once('end', () => resolve(response))
      }).once('error', reject)
    })
  return { serving, ask, held }
}

/** A client that keeps its one connection. */
function client(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return agent
}

describe('a server that leaves', () => {
  it('answers old and new clients for a while, and tells each that this is the last answer', async () => {
    const { serving, ask, held } = await serve()
    const known = client()
    const waiting = client()
    const first = await ask(known)
    expect(first.headers.connection).toBe('keep-alive')
    const slow = ask(waiting, '/slow')
    await vi.waitFor(() => expect(held).toHaveLength(1))

    const left = serving.leave(2_000)
    expect(serving.isLeaving()).toBe(true)
    const answers = await Promise.all([ask(known), ask(client())])
    held.forEach((letGo) => letGo())
    for (const answer of [...answers, await slow])
      expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close'])
    await left
    await expect(ask(client())).rejects.toThrow('ECONNREFUSED')
    await serving.close()
  })

  it('answers what is under way before it closes, and waits for no idle client', async () => {
    const { serving, ask, held } = await serve()
    const idle = client()
    await ask(idle)
    const slow = ask(client(), '/slow')
    await vi.waitFor(() => expect(held).toHaveLength(1))
    const closed = serving.close()
    expect(await Promise.race([closed, delay(100, 'still open')])).toBe('still open')
    held.forEach((letGo) => letGo())
    expect((await slow).statusCode).toBe(200)
    await closed
    await expect(ask(idle)).rejects.toThrow('ECONNREFUSED')
  })
})

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../bin/engines/ports.ts'
import { openListener } from '../../bin/listener.ts'

const program = fileURLToPath(new URL('server.mjs', import.meta.url))
const head = 'GET / HTTP/1.1\r\nhost: a\r\n'
const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end()
})

const hasty = { headersMs: 600, requestMs: 1_200, idleMs: 600, checkMs: 100 }

/** The ways in which a server of ours comes to its port: `processes` start on it, one after the other. */
const ways = {
  own: async (connections: object, times: object) => {
    const port = await freePort()
    return { port, start: () => startServer({ door: 'own', host: '127.0.0.1', port, connections, times }) }
  },
  parent: async (connections: object, times: object) => {
    const port = await freePort()
    const host = '127.0.0.1'
    const listener = await openListener({ host, port })
    ended.push(() => listener.close())
    return { port, start: () => startServer({ door: 'parent', host, port, connections, times }, listener.fd) }
  },
}

async function startServer(config: object, fd?: number): Promise<ChildProcess> {
  const child = fork(program, [JSON.stringify(config)], {
    stdio: ['ignore', 'inherit', 'inherit', fd ?? 'ignore', 'ipc'],
  })
  ended.push(() => child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

type Call = { socket: Socket; answer: Promise<string>; heard: () => string }

/** A connection on which something is said; its answer is whole when it is closed. */
function call(port: number, text: string): Call {
  const socket = connect(port, '127.0.0.1')
  ended.push(() => socket.destroy())
  socket.on('error', () => undefined).setEncoding('utf8')
  let heard = ''
  socket.on('data', (part) => (heard += String(part)))
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)))
  socket.write(text)
  return { socket, answer, heard: () => heard }
}

const within = (ms: number, what: Promise<string>) => Promise.race([what, delay(ms, 'still open')])
const plenty = { atMost: 1_000, perAddress: 1_000, proxies: [] }

describe.each(['own', 'parent'] as const)('a server whose port is its %s', (way) => {
  it.each([
    ['nothing', '', '408'],
    ['half a line', 'GE', '408'],
    ['half the headers', head, '408'],
    ['half a body', `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345`, '408'],
    ['half a chunk', `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\na\r\n123`, '408'],
    ['one request, and then nothing', `${head}\r\n`, '200'],
    ['one request and half another', `${head}\r\n${head}`, '200'],
  ])('drops whoever sends %s', async (_what, text, status) => {
    const { port, start } = await ways[way](plenty, hasty)
    await start()
    const answer = await within(20_000, call(port, text).answer)
    expect(answer).not.toBe('still open')
    expect(answer.slice(9, 12)).toBe(status)
  })

  it.each([
    ['an address with Chinese', 'GET /企业?name=渝 HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'malformed-http'],
    ['no HTTP', 'no http at all\r\n\r\n', 400, 'malformed-http'],
    ['endless headers', `${head}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('says in a problem document what is wrong with %s', async (_what, text, status, code) => {
    const { port, start } = await ways[way](plenty, hasty)
    await start()
    const answer = await within(20_000, call(port, text).answer)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, 's'))
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code })
  })

  it.each([
    ['in all', { atMost: 3, perAddress: 100, proxies: [] }, 3],
    ['from one address', { atMost: 100, perAddress: 2, proxies: [] }, 2],
    ['from one address that is no trusted proxy', { atMost: 4, perAddress: 2, proxies: ['127.0.0.0/8'] }, 4],
  ])('takes so many connections %s, and more when some have gone', async (_what, connections, most) => {
    const { port, start } = await ways[way](connections, {})
    await start()
    const open: Call[] = []
    for (let count = 0; count < most; count += 1) {
      open.push(call(port, 'GET /hang HTTP/1.1\r\nhost: a\r\n\r\n'))
      await delay(20)
    }
    expect(await within(20_000, call(port, `${head}\r\n`).answer)).toBe('')
    expect(open.map(({ socket }) => socket.closed)).toEqual(open.map(() => false))
    open[0]?.socket.destroy()
    await delay(100)
    expect(await within(20_000, call(port, `${head}connection: close\r\n\r\n`).answer)).toContain('200 OK')
  })
})

describe('a port that stays while those who serve come and go', () => {
  it('closes the connections of one that hangs and is killed at once, and keeps new ones for the next', async () => {
    const { port, start } = await ways.parent(plenty, {})
    const first = await start()
    const asked = call(port, 'GET /hang HTTP/1.1\r\nhost: a\r\n\r\n')
    await delay(100)
    first.kill('SIGSTOP')
    const waiting = call(port, `${head}connection: close\r\n\r\n`)
    await delay(100)
    first.kill('SIGKILL')
    expect(await within(4_000, asked.answer)).toBe('')
    const late = call(port, `${head}connection: close\r\n\r\n`)
    await start()
    for (const { answer } of [waiting, late]) expect(await within(20_000, answer)).toContain('200 OK')
  })

  it('loses no request when one leaves for the next, on connections old and new', async () => {
    const { port, start } = await ways.parent(plenty, {})
    const first = await start()
    const gone = once(first, 'exit')
    const kept = call(port, `${head}\r\n`)
    await delay(100)
    await start()
    first.send('leave')
    const calls = Array.from({ length: 200 }, () => call(port, `${head}connection: close\r\n\r\n`))
    kept.socket.write(`${head}\r\n`)
    for (const { answer } of calls) expect(await within(20_000, answer)).toContain('200 OK')
    const [before, after] = (await within(20_000, kept.answer)).split('HTTP/1.1 200 OK').slice(1)
    expect(before).toContain('keep-alive')
    expect(after).toContain('close')
    await gone
  })
})

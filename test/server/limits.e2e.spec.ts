import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../server/ports.ts'

const program = fileURLToPath(new URL('server.ts', import.meta.url))
const head = 'GET / HTTP/1.1\r\nhost: a\r\n'
const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end()
})

const hasty = { headersMs: 600, requestMs: 1_200, idleMs: 600, checkMs: 100 }

/** A server of ours in a process of its own, and its port. */
async function startServer(connections: object, times: object, port?: number) {
  const config = { host: '127.0.0.1', port: port ?? (await freePort()), connections, times }
  const child = fork(program, [JSON.stringify(config)])
  ended.push(() => child.kill('SIGKILL'))
  await once(child, 'message')
  return { child, port: config.port }
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

describe('a server', () => {
  it.each([
    ['nothing', '', '408'],
    ['half a line', 'GE', '408'],
    ['half the headers', head, '408'],
    ['half a body', `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345`, '408'],
    ['half a chunk', `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\na\r\n123`, '408'],
    ['one request, and then nothing', `${head}\r\n`, '200'],
    ['one request and half another', `${head}\r\n${head}`, '200'],
  ])('drops whoever sends %s', async (_what, text, status) => {
    const { port } = await startServer(plenty, hasty)
    const answer = await within(20_000, call(port, text).answer)
    expect(answer).not.toBe('still open')
    expect(answer.slice(9, 12)).toBe(status)
  })

  it.each([
    ['an address with Chinese', 'GET /企业?name=渝 HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'malformed-http'],
    ['no HTTP', 'no http at all\r\n\r\n', 400, 'malformed-http'],
    ['endless headers', `${head}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('says in a problem document what is wrong with %s', async (_what, text, status, code) => {
    const { port } = await startServer(plenty, hasty)
    const answer = await within(20_000, call(port, text).answer)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, 's'))
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code })
  })

  it.each([
    ['in all', { atMost: 3, perAddress: 100, proxies: [] }, 3],
    ['from one address', { atMost: 100, perAddress: 2, proxies: [] }, 2],
    ['from one address that is no trusted proxy', { atMost: 4, perAddress: 2, proxies: ['127.0.0.0/8'] }, 4],
  ])('takes so many connections %s, and more when some have gone', async (_what, connections, most) => {
    const { port } = await startServer(connections, {})
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

describe('a server that hangs and is killed', () => {
  it('leaves no caller waiting, and its port to the next at once', async () => {
    const { child, port } = await startServer(plenty, {})
    const asked = call(port, 'GET /hang HTTP/1.1\r\nhost: a\r\n\r\n')
    await delay(100)
    child.kill('SIGSTOP')
    const waiting = call(port, `${head}connection: close\r\n\r\n`)
    await delay(100)
    child.kill('SIGKILL')
    for (const { answer } of [asked, waiting]) expect(await within(4_000, answer)).toBe('')
    await startServer(plenty, {}, port)
    expect(await within(20_000, call(port, `${head}connection: close\r\n\r\n`).answer)).toContain('200 OK')
  })
})

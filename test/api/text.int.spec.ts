import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aFreshBody, register } from '../support/cases.ts'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, clerk, verifier } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

/** Sends bytes, by HTTP as it is: nothing is added to the headers that are given. */
async function sendBytes(
  method: string,
  path: string,
  bytes: Buffer | undefined,
  headers: Record<string, string> = {},
  as: Actor = clerk,
) {
  const authorization = `Bearer ${await zhigai.tokenOf(as)}`
  return new Promise<{ status: number; code: unknown; detail: unknown }>((resolve, reject) => {
    const sent = request(
      `${zhigai.origin}${path}`,
      { method, headers: { authorization, ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part) => (text += String(part)))
        response.once('end', () => {
          const body = JSON.parse(text) as Record<string, unknown>
          resolve({ status: response.statusCode ?? 0, code: body['code'], detail: body['detail'] })
        })
      },
    )
    sent.once('error', reject)
    sent.end(bytes)
  })
}

const countProjects = () => zhigai.models.projects.countDocuments()

const json = { 'content-type': 'application/json' }
const mark = Buffer.from([0xef, 0xbb, 0xbf])
/** 江北 in GBK. */
const gbk = Buffer.from([0xbd, 0xad, 0xb1, 0xb1])
const application = (name: Buffer) => {
  const [before = '', after = ''] = JSON.stringify({ ...aFreshBody(), name: '@' }).split('@')
  return Buffer.concat([Buffer.from(before), name, Buffer.from(after)])
}

describe('a body', () => {
  it.each([
    ['bytes of GBK', gbk],
    ['a half of a pair in UTF-8', Buffer.from([0xed, 0xa0, 0x80])],
    ['a sign that is longer than it must be', Buffer.from([0xc0, 0xaf])],
    ['the replacement character', Buffer.from('江北\uFFFD')],
    ['its escape', Buffer.from('江北\\ufffd')],
    ['a half of a pair as an escape', Buffer.from('\\ud800')],
    ['the other half', Buffer.from('\\udc00a')],
  ])('with %s is 400, and says UTF-8', async (_what, name) => {
    const before = await countProjects()
    const answer = await sendBytes('POST', '/api/v1/projects', application(name), json)
    expect(answer).toMatchObject({ status: 400, code: 'not-utf8', detail: expect.stringContaining('UTF-8') })
    expect(await countProjects()).toBe(before)
  })

  it('with a byte order mark is taken without it', async () => {
    const body = Buffer.concat([mark, Buffer.from(JSON.stringify(aFreshBody()))])
    expect(await sendBytes('POST', '/api/v1/projects', body, json)).toMatchObject({ status: 201 })
  })

  it.each([
    ['application/json; charset=UTF-8', 201],
    ['application/json;charset="utf8"', 201],
    ['application/json; charset=gbk', 415],
    ['application/json; charset=utf-16', 415],
    ['text/plain', 415],
    [undefined, 415],
  ])('of type %s is %s', async (type, status) => {
    const body = Buffer.from(JSON.stringify(aFreshBody()))
    const headers = { ...(type !== undefined && { 'content-type': type }) }
    expect(await sendBytes('POST', '/api/v1/projects', body, headers)).toMatchObject({ status })
  })
})

describe('an address', () => {
  it.each([
    '/api/v1/certification-status?uscc=%BD%AD',
    '/api/v1/certification-status?uscc=91500112202102187E&project=%E6%B1%9',
    '/api/v1/projects?name=100%',
    '/api/v1/projects/%FF',
    '/api/v1/projects/%ED%A0%80',
    '/api/v1/projects/%EF%BF%BD',
    '/docs/%BD',
  ])('%s is 400, and says UTF-8', async (path) => {
    const answer = await sendBytes('GET', path, undefined)
    expect(answer).toMatchObject({ status: 400, code: 'not-utf8', detail: expect.stringContaining('UTF-8') })
  })
})

it('a token that names somebody in signs that were lost is none', async () => {
  const problem = problemOf(await zhigai.as({ ...verifier, user: 'wang\uFFFD' }).get('/me'))
  expect(problem).toMatchObject({ status: 401 })
})

describe('a call that takes no body', () => {
  it.each([
    ['length 0', { 'content-length': '0' }],
    ['length 0 and a type that is not JSON', { 'content-length': '0', 'content-type': 'text/plain' }],
    ['length 0 and the type JSON', { 'content-length': '0', ...json }],
    ['chunks, of which there are none', { 'transfer-encoding': 'chunked' }],
  ])('is made with %s', async (_what, headers) => {
    const answer = await sendBytes('POST', '/api/v1/me/calendar-feed', undefined, headers, verifier)
    expect(answer).toMatchObject({ status: 201 })
  })

  it.each([
    ['a length', { 'content-length': '3' }],
    ['chunks', { 'transfer-encoding': 'chunked' }],
  ])('is 415 with a body that is no JSON, sent with %s', async (_what, headers) => {
    const text = { ...headers, 'content-type': 'text/plain' }
    const answer = await sendBytes('POST', '/api/v1/me/calendar-feed', Buffer.from('abc'), text, verifier)
    expect(answer).toMatchObject({ status: 415, code: 'unsupported-media-type' })
  })

  it('that takes one all the same says so', async () => {
    const answer = await sendBytes(
      'POST',
      '/api/v1/operations',
      undefined,
      { 'content-length': '0' },
      administrator,
    )
    expect(answer).toMatchObject({ status: 422, code: 'invalid-request' })
  })
})

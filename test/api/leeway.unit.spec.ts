import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { authenticateEmbedded, authenticateOpenId, type Authenticate } from '../../api/http/authentication.ts'
import { audience, embeddedIssuer } from '../../portal/issuer.ts'

const alg = 'EdDSA'
let origin: string
let server: Server
let key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
let listeners: Record<'embedded' | 'OpenID', { issuer: string; authenticate: Authenticate }>

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  key = privateKey
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg, kid: 'k' }] }
  server = createServer((request, response) => {
    const isKeys = request.url === '/keys'
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(isKeys ? jwks : { issuer: origin, jwks_uri: `${origin}/keys` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  listeners = {
    embedded: { issuer: embeddedIssuer, authenticate: authenticateEmbedded(jwks) },
    OpenID: { issuer: origin, authenticate: authenticateOpenId(origin) },
  }
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** A header with a token whose claims are so many seconds from now. */
async function headerOf(listener: keyof typeof listeners, claims: Record<string, number>, sub = 'wang') {
  const { issuer } = listeners[listener]
  const seconds = Math.floor(Date.now() / 1_000)
  const dates = Object.fromEntries(
    Object.entries({ exp: 3_600, ...claims }).map(([name, away]) => [name, seconds + away]),
  )
  const token = await new SignJWT({ role: 'auditor', ...dates })
    .setProtectedHeader({ alg, kid: 'k' })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .sign(key)
  return `Bearer ${token}`
}

/** Signs in by such a token. */
const signIn = async (...[listener, ...how]: Parameters<typeof headerOf>) =>
  listeners[listener].authenticate(await headerOf(listener, ...how))

describe.each(['embedded', 'OpenID'] as const)('the clock of the %s issuer', (listener) => {
  it.each([{ nbf: 30 }, { iat: 30 }, { exp: -30 }, { nbf: 30, iat: 30 }])(
    'may differ by less than a minute: %o',
    async (claims) => {
      expect(await signIn(listener, claims)).toMatchObject({ caller: { user: 'wang', role: 'auditor' } })
    },
  )

  it.each([{ nbf: 600 }, { iat: 600 }, { exp: -600 }, { nbf: 600, iat: 600 }])(
    'may not differ by ten: %o',
    async (claims) => {
      await expect(signIn(listener, claims)).rejects.toMatchObject({ refusal: { code: 'not-signed-in' } })
    },
  )
})

describe.each(['embedded', 'OpenID'] as const)('whom a token of the %s issuer names', (listener) => {
  it.each(['王', "O'Neill-1", '𠮷田@x'])('may be %s', async (sub) => {
    expect(await signIn(listener, {}, sub)).toMatchObject({ caller: { user: sub } })
  })

  it.each(['wa\u0000ng', 'wa\u202Eng', 'wa\u200Bng', 'wang\n', 'wa\uFFFDng'])(
    'hides nothing and has lost nothing: %j',
    async (sub) => {
      await expect(signIn(listener, {}, sub)).rejects.toMatchObject({ refusal: { code: 'not-signed-in' } })
    },
  )
})

describe.each(['embedded', 'OpenID'] as const)('a token of the %s issuer that was verified', (listener) => {
  afterEach(() => void vi.useRealTimers())

  it('is not remembered beyond its time', async () => {
    const header = await headerOf(listener, { exp: -50 })
    const { authenticate } = listeners[listener]
    const refused = { refusal: { code: 'not-signed-in' } }
    expect(await authenticate(header)).toEqual(await authenticate(header))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_000 })
    await expect(authenticate(header)).rejects.toMatchObject(refused)
  })

  it('is verified anew after a minute', async () => {
    const header = await headerOf(listener, {})
    const { authenticate } = listeners[listener]
    const first = await authenticate(header)
    expect(await authenticate(header)).toBe(first)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    const again = await authenticate(header)
    expect(again).not.toBe(first)
    expect(again).toEqual(first)
  })
})

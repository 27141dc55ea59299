import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors as joseErrors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose'
import { z } from 'zod'
import type { Actor } from '../../policy/case/case.ts'
import { comparableCode } from '../../policy/edition/comparable.ts'
import { RefusalError } from '../../policy/errors.ts'
import { isMailbox } from '../../policy/notices/recipients.ts'
import { isPlain } from '../../policy/edition/text.ts'
import { audience, embeddedIssuer } from '../../portal/issuer.ts'

/** Whom a token speaks for, and when it was issued: at the beginning of time, if it does not say. */
export type SignedIn = { caller: Actor; issuedAt: Date }

/** Turns the `Authorization` header into the person it speaks for; null without one. */
export type Authenticate = (authorization: string | undefined) => Promise<SignedIn | null>

/** By how much an issuer's clock may differ from ours, for every claim that is held against it (RFC 7519, 4.1.4 and 4.1.5). */
const leewaySeconds = 60

const Claims = z.object({
  sub: z
    .string()
    .min(1)
    .max(200)
    .refine((user) => !isMailbox(user))
    .refine(isPlain),
  role: z.string().min(1).max(40).refine(isPlain),
  district: z.string().max(40).refine(isPlain).optional(),
  uscc: z.string().max(60).refine(isPlain).overwrite(comparableCode).optional(),
})

/** Verifies tokens of the embedded issuer by its own keys. */
export function authenticateEmbedded(jwks: JSONWebKeySet): Authenticate {
  return remembering(authenticate(embeddedIssuer, createLocalJWKSet(jwks)))
}

/** Verifies tokens of an OpenID issuer by the keys that it publishes. */
export function authenticateOpenId(issuer: string): Authenticate {
  let keys: Promise<JWTVerifyGetKey> | undefined
  return remembering(async (authorization) => {
    keys ??= discoverKeys(issuer)
    keys.catch(() => (keys = undefined))
    return authenticate(issuer, await keys)(authorization)
  })
}

/** Whom a token speaks for is remembered for so long (milliseconds): a key that the issuer takes back is honoured no longer. */
const rememberedMs = 60_000
const mostRemembered = 10_000

/** Verifies a token once a minute, and never after it has expired; one that was refused is looked at each time. */
function remembering(verify: Verify): Authenticate {
  const known = new Map<string, { signedIn: SignedIn; untilMs: number }>()
  return async (authorization) => {
    const found = authorization === undefined ? undefined : known.get(authorization)
    if (found && Date.now() < found.untilMs) return found.signedIn
    const verified = await verify(authorization)
    if (!verified || authorization === undefined) return null
    const { expiresMs, ...signedIn } = verified
    known.delete(authorization)
    known.set(authorization, { signedIn, untilMs: Math.min(Date.now() + rememberedMs, expiresMs) })
    const [oldest] = known.keys()
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest)
    return signedIn
  }
}

type Verify = (authorization: string | undefined) => Promise<(SignedIn & { expiresMs: number }) | null>

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    const { jwks_uri: uri } = z.object({ jwks_uri: z.url() }).parse(await response.json())
    return createRemoteJWKSet(new URL(uri))
  } catch (cause) {
    throw new RefusalError(
      {
        code: 'unavailable',
        words: {
          zh: `统一认证服务（${url}）没有应答，请稍后再试。`,
          en: `The OpenID issuer does not answer at ${url}: try again.`,
        },
      },
      { cause },
    )
  }
}

function authenticate(issuer: string, keys: JWTVerifyGetKey): Verify {
  return async (authorization) => {
    if (authorization === undefined) return null
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1]
    if (!token) throw new RefusalError({ code: 'not-signed-in' })
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['EdDSA', 'ES256', 'RS256', 'PS256'],
        requiredClaims: ['exp'],
        clockTolerance: leewaySeconds,
      })
      if (payload.iat !== undefined && payload.iat > Date.now() / 1_000 + leewaySeconds)
        throw new joseErrors.JWTClaimValidationFailed('issued in the future', payload, 'iat')
      const { sub, ...rest } = Claims.parse(payload)
      const expiresMs = ((payload.exp ?? 0) + leewaySeconds) * 1_000
      return { caller: { user: sub, ...rest }, issuedAt: new Date((payload.iat ?? 0) * 1_000), expiresMs }
    } catch (cause) {
      if (cause instanceof joseErrors.JWKSTimeout) throw new RefusalError({ code: 'unavailable' }, { cause })
      throw new RefusalError({ code: 'not-signed-in' }, { cause })
    }
  }
}

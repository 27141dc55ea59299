import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose'
import { z } from 'zod'

/** The name of the embedded issuer; its keys, one pair to a data folder, make it different from every other. */
export const embeddedIssuer = 'urn:zhigai:embedded'
/** Whom our tokens are for. */
export const audience = 'zhigai'

/** Who a token speaks for. */
export type TokenSubject = {
  user: string
  role: string
  district?: string | undefined
  uscc?: string | undefined
}

const KeyFile = z.strictObject({
  privateJwk: z.record(z.string(), z.unknown()),
  publicJwk: z.record(z.string(), z.unknown()),
})

/** The embedded issuer of tokens: an Ed25519 key in the data folder, readable by its owner alone. */
export async function openIssuer(dataDir: string) {
  const { privateJwk, publicJwk } = await readKeys(dataDir)
  const key = await importJWK(privateJwk, 'EdDSA')
  return {
    jwks: { keys: [publicJwk] },
    /** A signed token; `hours` is how long it is good for. */
    async sign({ user, role, district, uscc }: TokenSubject, hours = 12): Promise<string> {
      return new SignJWT({ role, ...(district && { district }), ...(uscc && { uscc }) })
        .setProtectedHeader({ alg: 'EdDSA', ...(publicJwk.kid && { kid: publicJwk.kid }) })
        .setSubject(user)
        .setIssuer(embeddedIssuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${hours}h`)
        .sign(key)
    },
  }
}

async function readKeys(dataDir: string): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const file = join(dataDir, 'issuer.json')
  await mkdir(dataDir, { recursive: true })
  const keys = await newKeys()
  try {
    await writeFile(file, JSON.stringify(keys), { flag: 'wx', mode: 0o600 })
    return keys
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return KeyFile.parse(JSON.parse(await readFile(file, 'utf8')))
  }
}

async function newKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  const kid = crypto.randomUUID()
  return {
    privateJwk: { ...(await exportJWK(privateKey)), kid },
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' },
  }
}

/** The embedded issuer. */
export type Issuer = Awaited<ReturnType<typeof openIssuer>>

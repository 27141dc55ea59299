import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { brokenKeyFile, createKeyFile, parseKeyFile, readKeyFile } from '../evidence/audit/key-files.ts'

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

const remedy =
  '请从备份恢复；没有备份的，删除该文件，下次启动另行生成，已签发的令牌随之失效 · ' +
  'Restore it from a backup; without one, remove it: another is made at the next start, and tokens that were signed before are good no longer'

const Jwk = z.looseObject({ kty: z.string(), kid: z.string() })
const KeyFile = z.strictObject({
  privateJwk: Jwk,
  publicJwk: Jwk,
})

/**
 * The embedded issuer of tokens: an Ed25519 key in the data folder, readable by its owner alone. Throws `KeyFault` where its file
 * is not what it should be, or where others may read or write it.
 */
export async function openIssuer(dataDir: string) {
  const { publicJwk, key } = await readKeys(dataDir)
  return {
    jwks: { keys: [publicJwk] },
    /** A signed token; `hours` is how long it is good for. */
    async sign({ user, role, district, uscc }: TokenSubject, hours = 12): Promise<string> {
      return new SignJWT({ role, ...(district && { district }), ...(uscc && { uscc }) })
        .setProtectedHeader({ alg: 'EdDSA', kid: publicJwk.kid })
        .setSubject(user)
        .setIssuer(embeddedIssuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${hours}h`)
        .sign(key)
    },
  }
}

async function readKeys(dataDir: string) {
  const file = join(dataDir, 'issuer.json')
  await mkdir(dataDir, { recursive: true })
  const text = (await readKeyFile(file, 'closed')) ?? (await firstKeys(file))
  const { privateJwk, publicJwk } = parseKeyFile(KeyFile, text, file, remedy)
  try {
    const key = await importJWK(privateJwk, 'EdDSA')
    const probe = await new CompactSign(new Uint8Array()).setProtectedHeader({ alg: 'EdDSA' }).sign(key)
    await compactVerify(probe, await importJWK(publicJwk, 'EdDSA'))
    return { publicJwk, key }
  } catch (cause) {
    throw brokenKeyFile(file, remedy, cause)
  }
}

async function firstKeys(file: string): Promise<string> {
  const text = JSON.stringify(await newKeys())
  if (await createKeyFile(file, text)) return text
  return (await readKeyFile(file, 'closed')) ?? text
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

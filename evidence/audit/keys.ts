import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { suiteNames, type SuiteName } from '../../policy/integrity/anchors.ts'
import { digestOfBytes, type Digest } from '../../policy/integrity/digest.ts'
import { createKeyFile, KeyFault, parseKeyFile, readKeyFile, replaceKeyFile } from './key-files.ts'
import { suites, type KeyPair } from './suites.ts'

export { KeyFault } from './key-files.ts'

/** Where keys lie: a folder of ours, or a file that the operator has put somewhere; and of which suite they are. */
export type KeyLocation = { dataDir: string; keyFile?: string | undefined; suite: SuiteName }

/** A public key under which anchors are believed; one that has been replaced, only for anchors of before. */
export type TrustedKey = {
  suite: SuiteName
  key: Digest
  publicKey: string
  /** ISO 8601; null while it is in use. */
  retiredAt: string | null
}

/** Signs anchors. */
export type Signer = {
  suite: SuiteName
  key: Digest
  publicKey: string
  sign: (bytes: Uint8Array) => string
}

const base64 = z.base64().min(1).max(1_000)
const PrivateKeyFile = z.strictObject({
  suite: z.enum(suiteNames),
  privateKey: base64,
  publicKey: base64,
})
const TrustedKeyFile = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        suite: z.enum(suiteNames),
        key: z.templateLiteral(['sha256:', z.string().regex(/^[\da-f]{64}$/)]),
        publicKey: base64,
        retiredAt: z.iso.datetime().nullable(),
      }),
    )
    .max(1_000),
})

const remedies = {
  key:
    '请从备份恢复；没有备份的，移走该文件，下次启动生成新密钥，此前所签仍凭 audit-trusted.json 核验 · ' +
    'Restore it from a backup; without one, move it away: a new key is made at the next start, and what was signed before is still believed by audit-trusted.json',
  trusted:
    '请从备份恢复；没有备份的，移走该文件，下次启动只信任现用密钥，此前密钥所签即无从核验 · ' +
    'Restore it from a backup; without one, move it away: the key in use alone is believed then, and nothing that was signed with those before it',
} as const

/** The name of a public key: the SHA-256 of its DER. */
export function keyIdOf(publicKey: string): Digest {
  return digestOfBytes(Buffer.from(publicKey, 'base64'))
}

/**
 * The key in use. One in the data folder is made at the first start, readable by its owner alone; its public half goes among
 * the trusted keys. Where a file is named nothing is written. Throws `KeyFault` if a file is not what it should be, if a named
 * one is not there, or if its list of trusted keys does not have it.
 */
export async function openSigner(location: KeyLocation): Promise<Signer> {
  const keys = (await readKeys(location)) ?? (await firstKeys(location))
  await trust(location, keys)
  return signerOf(location.suite, keys)
}

/**
 * The keys under which anchors are believed; none, if nothing was ever signed here. Beside a key file that was named without a
 * list it is that key alone.
 */
export async function readTrustedKeys(location: KeyLocation): Promise<TrustedKey[]> {
  const file = trustedFile(location)
  const text = await readKeyFile(file, 'allRead')
  if (text !== undefined) return parseKeyFile(TrustedKeyFile, text, file, remedies.trusted).keys
  const keys = location.keyFile === undefined ? null : await readKeys(location)
  return keys ? [trustedOf(location.suite, keys)] : []
}

/** Puts a new key in the place of the one in use, which stays trusted for what it has signed until this instant. */
export async function rotateKey(location: KeyLocation, now: Date): Promise<Signer> {
  await openSigner(location)
  const keys = suites[location.suite].createKeys()
  const signer = signerOf(location.suite, keys)
  // Whoever is interrupted has one trusted key too many, which the next change retires, and always one to sign with.
  await writeTrusted(location, [...(await readTrustedKeys(location)), trustedOf(location.suite, keys)])
  await replaceKeyFile(privateFile(location), keyText(location.suite, keys))
  await retireOthers(location, signer.key, now)
  return signer
}

async function retireOthers(location: KeyLocation, inUse: Digest, now: Date): Promise<void> {
  const retiredAt = now.toISOString()
  const isOver = ({ suite, key, retiredAt: before }: TrustedKey) =>
    suite === location.suite && key !== inUse && before === null
  const trusted = await readTrustedKeys(location)
  await writeTrusted(
    location,
    trusted.map((each) => (isOver(each) ? { ...each, retiredAt } : each)),
  )
}

function signerOf(suite: SuiteName, keys: KeyPair): Signer {
  const { publicKey } = keys
  return { suite, key: keyIdOf(publicKey), publicKey, sign: (bytes) => suites[suite].sign(bytes, keys) }
}

async function readKeys(location: KeyLocation): Promise<KeyPair | null> {
  const file = privateFile(location)
  const text = await readKeyFile(file, 'groupReads')
  if (text === undefined && location.keyFile !== undefined)
    throw new KeyFault(`${file} 不存在（AUDIT_KEY_FILE）· is not there (AUDIT_KEY_FILE)`)
  if (text === undefined) return null
  const { suite, ...keys } = parseKeyFile(PrivateKeyFile, text, file, remedies.key)
  if (suite !== location.suite)
    throw new KeyFault(
      `${file} 中的密钥属 ${suite}，不属 ${location.suite}（AUDIT_SUITE）· has a key of ${suite}, not of ${location.suite} (AUDIT_SUITE)`,
    )
  const probe = Buffer.from('zhigai')
  const fits = suites[suite].verify(probe, suites[suite].sign(probe, keys), keys.publicKey)
  if (!fits)
    throw new KeyFault(
      `${file} 中的公钥与私钥不成对 · the two keys in ${file} are not a pair. ${remedies.key}`,
    )
  return keys
}

async function firstKeys(location: KeyLocation): Promise<KeyPair> {
  const file = privateFile(location)
  const keys = suites[location.suite].createKeys()
  await mkdir(dirname(file), { recursive: true })
  if (await createKeyFile(file, keyText(location.suite, keys))) return keys
  return (await readKeys(location)) ?? keys
}

async function trust(location: KeyLocation, keys: KeyPair): Promise<void> {
  const trusted = await readTrustedKeys(location)
  const entry = trustedOf(location.suite, keys)
  const known = trusted.find(({ key }) => key === entry.key)
  if (known && known.retiredAt === null) return
  if (known) throw new KeyFault(`${privateFile(location)} has a key that was retired at ${known.retiredAt}`)
  if (location.keyFile === undefined) return writeTrusted(location, [...trusted, entry])
  throw new KeyFault(
    `${trustedFile(location)} does not have the key of ${location.keyFile}; add to it: ${JSON.stringify(entry)}`,
  )
}

function trustedOf(suite: SuiteName, { publicKey }: KeyPair): TrustedKey {
  return { suite, key: keyIdOf(publicKey), publicKey, retiredAt: null }
}

/** The file of the private key. */
export function privateFile({ dataDir, keyFile, suite }: KeyLocation): string {
  return keyFile ?? join(dataDir, `audit-key.${suite}.json`)
}

function trustedFile({ dataDir, keyFile }: KeyLocation): string {
  return join(keyFile === undefined ? dataDir : dirname(keyFile), 'audit-trusted.json')
}

function keyText(suite: SuiteName, keys: KeyPair): string {
  return `${JSON.stringify({ suite, ...keys })}\n`
}

function writeTrusted(location: KeyLocation, keys: TrustedKey[]): Promise<void> {
  return replaceKeyFile(trustedFile(location), `${JSON.stringify({ keys }, null, 2)}\n`)
}

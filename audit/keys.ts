import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { suiteNames, type SuiteName } from '../policy/anchors.ts'
import { digestOfBytes, type Digest } from '../policy/digest.ts'
import { suites, type KeyPair } from './suites.ts'

/** Where keys lie: a folder of ours, or a file that the operator has put somewhere; and of which suite they are. */
export type KeyPlace = { dataDir: string; keyFile?: string | undefined; suite: SuiteName }

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

/** A key file that cannot be used, and why. */
export class KeyFault extends Error {
  override name = 'KeyFault'
}

/** The name of a public key: the SHA-256 of its DER. */
export function keyIdOf(publicKey: string): Digest {
  return digestOfBytes(Buffer.from(publicKey, 'base64'))
}

/**
 * The key in use. One in the data folder is made at the first start, readable by its owner alone; its public half goes among
 * the trusted keys. Where a file is named nothing is written. Throws `KeyFault` if a file is not what it should be, if a named
 * one is not there, or if its list of trusted keys does not have it.
 */
export async function openSigner(place: KeyPlace): Promise<Signer> {
  const keys = (await readKeys(place)) ?? (await firstKeys(place))
  await trust(place, keys)
  return signerOf(place.suite, keys)
}

/**
 * The keys under which anchors are believed; none, if nothing was ever signed here. Beside a key file that was named without a
 * list it is that key alone.
 */
export async function readTrustedKeys(place: KeyPlace): Promise<TrustedKey[]> {
  const text = await readIfThere(trustedFile(place))
  if (text !== undefined) return parseFile(TrustedKeyFile, text, trustedFile(place)).keys
  const keys = place.keyFile === undefined ? null : await readKeys(place)
  return keys ? [trustedOf(place.suite, keys)] : []
}

/** Puts a new key in the place of the one in use, which stays trusted for what it has signed until this instant. */
export async function rotateKey(place: KeyPlace, now: Date): Promise<Signer> {
  await openSigner(place)
  const keys = suites[place.suite].createKeys()
  const signer = signerOf(place.suite, keys)
  // Whoever is interrupted has one trusted key too many, which the next change retires, and always one to sign with.
  await writeTrusted(place, [...(await readTrustedKeys(place)), trustedOf(place.suite, keys)])
  await replaceFile(privateFile(place), keyText(place.suite, keys))
  await retireOthers(place, signer.key, now)
  return signer
}

async function retireOthers(place: KeyPlace, inUse: Digest, now: Date): Promise<void> {
  const retiredAt = now.toISOString()
  const isOver = ({ suite, key, retiredAt: before }: TrustedKey) =>
    suite === place.suite && key !== inUse && before === null
  const trusted = await readTrustedKeys(place)
  await writeTrusted(
    place,
    trusted.map((each) => (isOver(each) ? { ...each, retiredAt } : each)),
  )
}

function signerOf(suite: SuiteName, keys: KeyPair): Signer {
  const { publicKey } = keys
  return { suite, key: keyIdOf(publicKey), publicKey, sign: (bytes) => suites[suite].sign(bytes, keys) }
}

/** The group may read a key, as that of a mounted secret does. */
const openToOthers = 0o027

async function readKeys(place: KeyPlace): Promise<KeyPair | null> {
  const file = privateFile(place)
  const text = await readIfThere(file)
  if (text === undefined && place.keyFile !== undefined) throw new KeyFault(`${file} is not there`)
  if (text === undefined) return null
  const { mode } = await stat(file)
  if (mode & openToOthers)
    throw new KeyFault(`${file} can be read by everybody or written by its group: chmod 600 ${file}`)
  const { suite, ...keys } = parseFile(PrivateKeyFile, text, file)
  if (suite !== place.suite) throw new KeyFault(`${file} has a key of ${suite}, not of ${place.suite}`)
  const probe = Buffer.from('zhigai')
  const fits = suites[suite].verify(probe, suites[suite].sign(probe, keys), keys.publicKey)
  if (!fits) throw new KeyFault(`the two keys in ${file} are not a pair`)
  return keys
}

async function firstKeys(place: KeyPlace): Promise<KeyPair> {
  const file = privateFile(place)
  const keys = suites[place.suite].createKeys()
  await mkdir(dirname(file), { recursive: true })
  try {
    // A link appears with its content: whoever starts at the same time never reads half a key.
    await withDraft(file, keyText(place.suite, keys), (draft) => link(draft, file))
    return keys
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return (await readKeys(place)) ?? keys
  }
}

async function trust(place: KeyPlace, keys: KeyPair): Promise<void> {
  const trusted = await readTrustedKeys(place)
  const entry = trustedOf(place.suite, keys)
  const known = trusted.find(({ key }) => key === entry.key)
  if (known && known.retiredAt === null) return
  if (known) throw new KeyFault(`${privateFile(place)} has a key that was retired at ${known.retiredAt}`)
  if (place.keyFile === undefined) return writeTrusted(place, [...trusted, entry])
  throw new KeyFault(
    `${trustedFile(place)} does not have the key of ${place.keyFile}; add to it: ${JSON.stringify(entry)}`,
  )
}

function trustedOf(suite: SuiteName, { publicKey }: KeyPair): TrustedKey {
  return { suite, key: keyIdOf(publicKey), publicKey, retiredAt: null }
}

function privateFile({ dataDir, keyFile, suite }: KeyPlace): string {
  return keyFile ?? join(dataDir, `audit-key.${suite}.json`)
}

function trustedFile({ dataDir, keyFile }: KeyPlace): string {
  return join(keyFile === undefined ? dataDir : dirname(keyFile), 'audit-trusted.json')
}

function keyText(suite: SuiteName, keys: KeyPair): string {
  return `${JSON.stringify({ suite, ...keys })}\n`
}

function writeTrusted(place: KeyPlace, keys: TrustedKey[]): Promise<void> {
  return replaceFile(trustedFile(place), `${JSON.stringify({ keys }, null, 2)}\n`)
}

/** Replaces a file as a whole: whoever reads it meanwhile finds the old one or the new one. */
function replaceFile(file: string, text: string): Promise<void> {
  return withDraft(file, text, (draft) => rename(draft, file))
}

async function withDraft(file: string, text: string, place: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await place(draft)
  } finally {
    await rm(draft, { force: true })
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function parseFile<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new KeyFault(`${file} is not a key file`, { cause })
  }
}

import { utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import type { Digest } from './digest.ts'

/** How anchors are hashed and signed: Ed25519 with SHA-256, or SM2 with SM3. */
export const suiteNames = ['ed25519', 'sm2'] as const
/** The name of a suite. */
export type SuiteName = (typeof suiteNames)[number]

/** A digest of an anchor or of a tree, by the hash of a suite. */
export type AnchorDigest = `${'sha256' | 'sm3'}:${string}`

/** What an anchor vouches for: the last line of a case by its link, or the history of a closed run by its archive. */
export type Leaf = {
  kind: 'case' | 'run'
  /** Of the project or the run. */
  id: string
  /** Of the line; null for a run. */
  revision: number | null
  digest: Digest
}

/** What is signed of an anchor. */
export type AnchorContent = {
  /** 1, 2, 3 … without a gap. */
  serial: number
  /** The day in Shanghai. */
  day: string
  /** ISO 8601. */
  at: string
  /** Of the anchor before, with its signature; null in the first one. */
  previous: AnchorDigest | null
  /** How many leaves it has. */
  count: number
  /** The root of the tree over its leaves, in the order of `kind:id`. */
  root: AnchorDigest
  suite: SuiteName
  /** The SHA-256 of the public key. */
  key: Digest
  /** SubjectPublicKeyInfo in DER, in base64. */
  publicKey: string
}

/** An anchor; the signature is in base64. */
export type Anchor = AnchorContent & { signature: string }

/** The bytes of a leaf in the tree. */
export function leafBytes({ kind, id, revision, digest }: Leaf): Uint8Array {
  return canonicalBytes({ kind, id, revision, digest })
}

/** The bytes that are signed. */
export function signedBytes(anchor: AnchorContent): Uint8Array {
  const { serial, day, at, previous, count, root, suite, key, publicKey } = anchor
  return canonicalBytes({ serial, day, at, previous, count, root, suite, key, publicKey })
}

/** The bytes of a whole anchor, over which the next one takes its `previous`. */
export function anchorBytes(anchor: Anchor): Uint8Array {
  const { serial, day, at, previous, count, root, suite, key, publicKey, signature } = anchor
  return canonicalBytes({ serial, day, at, previous, count, root, suite, key, publicKey, signature })
}

/** The name of a leaf in the record, by which the leaves of an anchor are in order. */
export function leafId(serial: number, { kind, id }: Pick<Leaf, 'kind' | 'id'>): string {
  return `${serial}:${kind}:${id}`
}

/** Where a leaf belongs, by its name; null if it is none. */
export function placeOfLeaf(name: string): (Pick<Leaf, 'kind' | 'id'> & { serial: number }) | null {
  const [, serial, kind, id] = /^([1-9]\d*):(case|run):(.+)$/s.exec(name) ?? []
  if (serial === undefined || id === undefined) return null
  return { serial: Number(serial), kind: kind === 'run' ? 'run' : 'case', id }
}

function canonicalBytes(value: unknown): Uint8Array {
  return utf8ToBytes(canonicalize(value) ?? 'null')
}

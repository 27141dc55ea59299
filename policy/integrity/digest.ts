import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'

/** A SHA-256 in hexadecimal digits that says what it is: `sha256:…`. */
export type Digest = `sha256:${string}`

/** The digest of a JSON value in its canonical form (RFC 8785): the order of keys and what is `undefined` do not matter. */
export function digestOf(value: unknown): Digest {
  return digestOfBytes(utf8ToBytes(canonicalize(value) ?? 'null'))
}

/** The digest of bytes as they are. */
export function digestOfBytes(bytes: Uint8Array): Digest {
  return `sha256:${bytesToHex(sha256(bytes))}`
}

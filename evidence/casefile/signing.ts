import canonicalize from 'canonicalize'
import { z } from 'zod'
import { keyIdOf, type Signer } from '../audit/keys.ts'
import { suites } from '../audit/suites.ts'
import { suiteNames } from '../../policy/integrity/anchors.ts'
import type { Signature, Signed } from './content.ts'

const signature = z.strictObject({
  suite: z.enum(suiteNames),
  key: z.templateLiteral(['sha256:', z.string().regex(/^[\da-f]{64}$/)]),
  publicKey: z.base64().max(1_000),
  at: z.iso.datetime(),
  value: z.base64().max(1_000),
})

/** A document that bears a signature, whatever else it is. */
export const SignedDocument = z.looseObject({ signature })

/** Signs a JSON document at an instant (ISO 8601): its canonical form (RFC 8785) with the signature but for its value. */
export function signDocument<T extends object>(document: T, signer: Signer, at: string): Signed<T> {
  const { suite, key, publicKey } = signer
  const place = { suite, key, publicKey, at }
  const value = signer.sign(bytesOf({ ...document, signature: place }))
  return { ...document, signature: { ...place, value } }
}

/** Whether a document is what its signature says, and the key is the one that it names. */
export function isSignedRight({ signature: signed, ...document }: { signature: Signature }): boolean {
  const { value, ...place } = signed
  const bytes = bytesOf({ ...document, signature: place })
  return keyIdOf(place.publicKey) === place.key && suites[place.suite].verify(bytes, value, place.publicKey)
}

function bytesOf(document: object): Uint8Array {
  return Buffer.from(canonicalize(document) ?? '')
}

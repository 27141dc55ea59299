import { signedBytes, type Anchor } from '../../policy/integrity/anchors.ts'
import { keyIdOf, type TrustedKey } from './keys.ts'
import { suites } from './suites.ts'

/** Whether an anchor is what its signature says, and the key is the one that it names. */
export function isSignedAnchor(anchor: Anchor): boolean {
  const { publicKey, key, signature, suite } = anchor
  return key === keyIdOf(publicKey) && suites[suite].verify(signedBytes(anchor), signature, publicKey)
}

/** Why the key of an anchor is not believed for it; null if it is. */
export function keyDoubt({ key, suite, at }: Anchor, trusted: readonly TrustedKey[]): string | null {
  const entry = trusted.find((each) => each.key === key && each.suite === suite)
  if (!entry) return 'a trusted key'
  return entry.retiredAt === null || at <= entry.retiredAt ? null : `none after ${entry.retiredAt}`
}

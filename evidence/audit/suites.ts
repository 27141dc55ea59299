import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signEd25519,
  verify as verifyEd25519,
} from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import type { AnchorDigest, SuiteName } from '../../policy/integrity/anchors.ts'
import type { Hash } from '../../policy/integrity/merkle.ts'

/** A new pair of keys: the private one as its suite keeps it, the public one as SubjectPublicKeyInfo in DER; both in base64. */
export type KeyPair = { privateKey: string; publicKey: string }

/** A hash and a signature that belong together; keys and signatures are in base64. */
export type Suite = {
  hashName: 'sha256' | 'sm3'
  hash: Hash
  createKeys: () => KeyPair
  sign: (bytes: Uint8Array, keys: KeyPair) => string
  /** False also for a key or a signature that is none. */
  verify: (bytes: Uint8Array, signature: string, publicKey: string) => boolean
}

const hashBy = (name: Suite['hashName']) => (bytes: Uint8Array) => createHash(name).update(bytes).digest()

/** What stands before the point of an SM2 key in SubjectPublicKeyInfo: id-ecPublicKey on the curve of GB/T 32918.5. */
const sm2Header = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex')

/** The suites by name. */
export const suites = {
  ed25519: {
    hashName: 'sha256',
    hash: hashBy('sha256'),
    createKeys() {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      return {
        privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      }
    },
    sign(bytes, { privateKey }) {
      const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' })
      return signEd25519(null, bytes, key).toString('base64')
    },
    verify: (bytes, signature, publicKey) =>
      falseIfThrown(() => {
        const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
        const isOfSuite = key.asymmetricKeyType === 'ed25519'
        return isOfSuite && verifyEd25519(null, bytes, key, bytesOf(signature))
      }),
  },
  sm2: {
    hashName: 'sm3',
    hash: hashBy('sm3'),
    createKeys() {
      const { privateKey, publicKey } = sm2.generateKeyPairHex()
      return {
        privateKey: Buffer.from(privateKey, 'hex').toString('base64'),
        publicKey: Buffer.concat([sm2Header, Buffer.from(publicKey, 'hex')]).toString('base64'),
      }
    },
    sign(bytes, { privateKey, publicKey }) {
      const key = Buffer.from(privateKey, 'base64').toString('hex')
      const options = { der: true, hash: true, publicKey: pointOf(publicKey) }
      return Buffer.from(sm2.doSignature(bytes, key, options), 'hex').toString('base64')
    },
    verify: (bytes, signature, publicKey) =>
      falseIfThrown(() => {
        const der = bytesOf(signature)
        const options = { der: true, hash: true }
        return (
          isPlainDer(der) && sm2.doVerifySignature(bytes, der.toString('hex'), pointOf(publicKey), options)
        )
      }),
  },
} as const satisfies Record<SuiteName, Suite>

/** The digest of bytes by the hash of a suite, which it names. */
export function digestBy(
  { hashName, hash }: Pick<Suite, 'hashName' | 'hash'>,
  bytes: Uint8Array,
): AnchorDigest {
  return nameDigest(hashName, hash(bytes))
}

/** A hash as a text that says by what it was made. */
export function nameDigest(hashName: Suite['hashName'], hash: Uint8Array): AnchorDigest {
  return `${hashName}:${Buffer.from(hash).toString('hex')}`
}

/** The uncompressed point of an SM2 key, in hexadecimal digits; throws if it is no such key. */
function pointOf(publicKey: string): string {
  const der = Buffer.from(publicKey, 'base64')
  const isOfSuite =
    der.length === sm2Header.length + 65 && der.subarray(0, sm2Header.length).equals(sm2Header)
  const point = der.subarray(sm2Header.length).toString('hex')
  if (!isOfSuite || !sm2.verifyPublicKey(point)) throw new TypeError('not the public key of an SM2 pair')
  return point
}

/** The bytes of a text in base64; throws if other texts would give the same, so that no byte of it can be changed unseen. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new TypeError('not plain base64')
  return bytes
}

/** Whether bytes are the one encoding of two numbers in DER: the library that verifies them reads others too. */
function isPlainDer(der: Buffer): boolean {
  const firstLength = der[3] ?? 0
  const second = der.subarray(4 + firstLength)
  const numbers = [der.subarray(2, 4 + firstLength), second]
  return der[0] === 0x30 && der[1] === der.length - 2 && numbers.every(isPlainNumber)
}

function isPlainNumber(der: Buffer): boolean {
  const [tag, length, first = 0x80, next = 0] = der
  const isShortest = first < 0x80 && (first > 0 || next >= 0x80)
  return tag === 2 && length === der.length - 2 && length <= 33 && isShortest
}

function falseIfThrown(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}

import { Readable } from 'node:stream'
import { Decrypter, Encrypter } from 'age-encryption'
import { UserError } from '../../server/user-error.ts'

/** What an encrypted file begins with. */
export const ageMagic = 'age-encryption.org/v1\n'

type Bytes = AsyncIterable<Uint8Array>

/** Encrypts what flows by, for `age -d` and for us; nothing is gathered in memory. */
export async function* encrypt(bytes: Bytes, passphrase: string): Bytes {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  yield* await encrypter.encrypt(webStream(bytes))
}

/** Decrypts what flows by; throws a sentence if the passphrase is another, and any error where a byte is. */
export async function* decrypt(bytes: Bytes, passphrase: string): Bytes {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  const plain = await decrypter.decrypt(webStream(bytes)).catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('no identity matched'))
      throw new UserError('口令不符 · the passphrase is not the one that it was encrypted with')
    throw error
  })
  yield* plain
}

function webStream(bytes: Bytes): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(bytes, { objectMode: false })) as ReadableStream<Uint8Array>
}

import { KeyFault } from '../evidence/audit/key-files.ts'
import { type Issuer, openIssuer } from '../portal/issuer.ts'
import { fileSentence } from './file-errors.ts'
import { makeFolder } from './folders.ts'
import { UserError } from './user-error.ts'

/** A key file that cannot be used, or that cannot be read or written, as a sentence; any other error as it is. */
export function keyFaultAsSentence(error: unknown): unknown {
  const sentence = error instanceof KeyFault ? error.message : fileSentence(error)
  return sentence === undefined ? error : new UserError(sentence)
}

/** Opens the embedded issuer of a data folder; throws a sentence where that cannot be. */
export async function openOwnIssuer(dataDir: string): Promise<Issuer> {
  makeFolder(dataDir)
  try {
    return await openIssuer(dataDir)
  } catch (error) {
    throw keyFaultAsSentence(error)
  }
}

import { mongo } from 'mongoose'

const duplicateKey = 11_000

/** Whether a write has failed because there is something under its key already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === duplicateKey
}

/** Options of `insertMany` for records of which some may be there already: the others are written all the same. */
export const unordered = { ordered: false, throwOnValidationError: true } as const

/**
 * Waits for a write of many; answers with the indexes of those whose `_id` was there already, which is no error here.
 * Anything else that goes wrong is thrown.
 */
export async function indexesOfRepeats(write: Promise<unknown>): Promise<number[]> {
  try {
    await write
    return []
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error
    const failed = [error.writeErrors].flat()
    if (failed.length === 0 || failed.some(({ code }) => code !== duplicateKey)) throw error
    return failed.map(({ index }) => index)
  }
}

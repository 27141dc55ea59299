import type { Models } from '../../models/index.ts'
import { chongqing } from '../fixtures.ts'

/** Under what the tests' own projects have their edition on record. */
export const testEdition = 'of-a-test'

/** Has the edition of the tests' own projects on record; nothing happens if it is there. */
export async function saveTestEdition({ editions }: Models): Promise<void> {
  const { id, year } = chongqing.edition
  await editions.updateOne(
    { _id: testEdition },
    { $setOnInsert: { id, year, document: chongqing.edition, loadedAt: new Date() } },
    { upsert: true },
  )
}

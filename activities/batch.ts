import type { Models } from '../models/index.ts'
import { cancelUnlisted } from '../operations/page.ts'
import type { OperationTally } from '../policy/operations.ts'
import type { BatchPage } from '../workflows/contract-batch.ts'

/** What batches ask for that were begun before operations had lists: they come to their end. */
export function createBatchActivities({ operations }: Models) {
  return {
    /** Nothing has been done by this build. */
    openBatch: (_operation: string): Promise<OperationTally> =>
      Promise.resolve({ total: 0, done: 0, refused: 0, failed: 0 }),

    /** No page comes any more: two have agreed to a filter, and to no case. */
    async findBatchPage(operation: string, _after: string | null): Promise<BatchPage> {
      await cancelUnlisted(operations, operation)
      return 'over'
    },

    /** A page that was under way stays as far as it came. */
    carryOutPage: (_operation: string, _ids: string[], before: OperationTally): Promise<OperationTally> =>
      Promise.resolve(before),

    /** As `findBatchPage`. */
    endBatch: (operation: string, _tally: OperationTally): Promise<void> =>
      cancelUnlisted(operations, operation),
  }
}

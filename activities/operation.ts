import { cancellationSignal, heartbeat } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import { carryOutPage } from '../operations/page.ts'
import type { BatchProgress } from '../workflows/contract-operation.ts'

/** Carries operations out over many cases; may be repeated. */
export function createOperationActivities(models: Models, temporal: Client) {
  return {
    /** Does an operation to the next cases of its list, and ends it after the last. */
    runBatch: (operation: string): Promise<BatchProgress> =>
      carryOutPage({ models, temporal }, operation, {
        signal: cancellationSignal(),
        beat: () => heartbeat(),
      }),
  }
}

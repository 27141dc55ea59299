import { cancellationSignal, heartbeat } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import { carryOutPage } from '../operations/page.ts'
import type { ErrandsPage } from '../workflows/contract-errands.ts'

/** Carries operations out over many cases; may be repeated. */
export function createErrandActivities(models: Models, temporal: Client) {
  return {
    /** Does an operation to the next cases of its list, and ends it after the last. */
    runErrands: (operation: string): Promise<ErrandsPage> =>
      carryOutPage({ models, temporal }, operation, {
        signal: cancellationSignal(),
        beat: () => heartbeat(),
      }),
  }
}

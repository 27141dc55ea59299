import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { BatchInput } from './contract-batch.ts'
import { nudge } from './contract-errands.ts'

const retry = { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' } as const
const { openBatch, findBatchPage, endBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry,
})
const { carryOutPage } = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '25 seconds',
  retry,
})

/**
 * How operations were carried out before they had lists. Nothing begins like this any more: what had begun is cancelled when it looks
 * for its next page, and its history goes on to replay.
 */
export async function batch(input: BatchInput): Promise<void> {
  const { operation, pagesPerRun = Infinity } = input
  let nudges = 0
  setHandler(nudge, () => {
    nudges += 1
  })
  let place = input.carried ?? { after: null, tally: await openBatch(operation) }
  for (let pages = 0; ; pages += 1) {
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested)
      return continueAsNew<typeof batch>({ ...input, carried: place })
    const seen = nudges
    const startedAt = Date.now()
    const page = await findBatchPage(operation, place.after)
    if (page === 'over') return
    if (page === 'wait') {
      await condition(() => nudges > seen, '1 minute')
      continue
    }
    const { ids, next, perMinute } = page
    place = { after: next, tally: await carryOutPage(operation, ids, place.tally) }
    if (next === null) break
    const restMs = startedAt + (ids.length / perMinute) * 60_000 - Date.now()
    if (restMs > 0) await condition(() => nudges > seen, restMs)
  }
  await endBatch(operation, place.tally)
}

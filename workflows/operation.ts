import {
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { nudge, type OperationInput } from './contract-operation.ts'

const { runBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '25 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

/** Carries an operation out, a page of cases at a time and no faster than it may; waits while it is paused. */
export async function operation(input: OperationInput): Promise<void> {
  const { operation: id, pagesPerRun = Infinity } = input
  let nudges = 0
  setHandler(nudge, () => {
    nudges += 1
  })
  for (let pages = 0; ; pages += 1) {
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested)
      return continueAsNew<typeof operation>(input)
    const seen = nudges
    const page = await runBatch(id)
    if (page === 'wait') await condition(() => nudges > seen)
    // Somebody who was nudging it meanwhile has had it go on.
    else if (page === 'over' && nudges === seen) return
    else if (page !== 'over') await sleep(page.restMs)
  }
}

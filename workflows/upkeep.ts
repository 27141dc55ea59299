import { proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { Duty } from './contract-upkeep.ts'

const { perform } = proxyActivities<Activities>({
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

/** Does one duty; whoever takes it over from a worker that has died goes on where that one stopped. */
export async function upkeep({ duty }: { duty: Duty }): Promise<void> {
  await perform(duty)
}

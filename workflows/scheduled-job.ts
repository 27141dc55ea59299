import { proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { ScheduledJob } from './contract-scheduled-job.ts'

const { runScheduledJob } = proxyActivities<Activities>({
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

/** Runs one scheduled job; whoever takes it over from a worker that has died goes on where that one stopped. */
export async function scheduledJob({ job }: { job: ScheduledJob }): Promise<void> {
  await runScheduledJob(job)
}

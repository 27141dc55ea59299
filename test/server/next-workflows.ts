import { patched, sleep } from '@temporalio/workflow'
import type { ProjectInput } from '../../workflows/contract.ts'
import { project as today } from '../../workflows/project.ts'

export { calendarRollout } from '../../workflows/calendar-rollout.ts'
export { operation } from '../../workflows/operation.ts'
export { scheduledJob } from '../../workflows/scheduled-job.ts'

/** The project workflow of a next build, which sets a timer more in the cases that begin under it, and leaves others alone. */
export async function project(input: ProjectInput): Promise<void> {
  if (patched('a-timer-more')) void sleep('1 hour')
  await today(input)
}

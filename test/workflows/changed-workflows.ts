import { sleep } from '@temporalio/workflow'
import { calendarRollout as unchangedRollout } from '../../workflows/calendar-rollout.ts'
import { operation as unchangedOperation } from '../../workflows/operation.ts'
import { project as unchangedProject } from '../../workflows/project.ts'
import { scheduledJob as unchangedScheduledJob } from '../../workflows/scheduled-job.ts'

/** A workflow with a change that what runs would not survive: it waits before it begins. */
const changed =
  <Input>(unchanged: (input: Input) => Promise<void>) =>
  async (input: Input): Promise<void> => {
    await sleep('1 day')
    await unchanged(input)
  }

export const project = changed(unchangedProject)
export const operation = changed(unchangedOperation)
export const calendarRollout = changed(unchangedRollout)
export const scheduledJob = changed(unchangedScheduledJob)

import { sleep } from '@temporalio/workflow'
import { calendarRollout as unchangedRollout } from '../../workflows/calendar-rollout.ts'
import { errands as unchangedErrands } from '../../workflows/errands.ts'
import { project as unchangedProject } from '../../workflows/project.ts'
import { upkeep as unchangedUpkeep } from '../../workflows/upkeep.ts'

/** A workflow with a change that what runs would not survive: it waits before it begins. */
const changed =
  <Input>(unchanged: (input: Input) => Promise<void>) =>
  async (input: Input): Promise<void> => {
    await sleep('1 day')
    await unchanged(input)
  }

export const project = changed(unchangedProject)
export const errands = changed(unchangedErrands)
export const calendarRollout = changed(unchangedRollout)
export const upkeep = changed(unchangedUpkeep)

import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import { createCalendarActivities } from './calendars.ts'
import { createOperationActivities } from './operation.ts'
import { createRecorder, type StepWatch } from '../models/recorder.ts'
import { createScheduledJobs, type Means } from './scheduled-jobs.ts'

/** All that workflows do outside, with what it needs given; without a key it signs no anchors. */
export function createActivities(models: Models, temporal: Client, keys?: Means['keys'], watch?: StepWatch) {
  const { recordSteps, notify } = createRecorder(models, watch)
  return {
    recordSteps,
    notify,
    ...createCalendarActivities(models, temporal),
    ...createScheduledJobs({ models, temporal, keys }),
    ...createOperationActivities(models, temporal),
  }
}

/** The activities, as workflows call them. */
export type Activities = ReturnType<typeof createActivities>

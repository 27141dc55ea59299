import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import { createCalendarActivities } from './calendars.ts'
import { createErrandActivities } from './errands.ts'
import { createRecorder } from '../models/recorder.ts'
import { createUpkeep, type Means } from './upkeep.ts'

/** All that workflows do outside, with what it needs given; without a key it signs no anchors. */
export function createActivities(models: Models, temporal: Client, keys?: Means['keys']) {
  return {
    ...createRecorder(models),
    ...createCalendarActivities(models, temporal),
    ...createUpkeep({ models, temporal, keys }),
    ...createErrandActivities(models, temporal),
  }
}

/** The activities, as workflows call them. */
export type Activities = ReturnType<typeof createActivities>

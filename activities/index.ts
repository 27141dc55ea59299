import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import { createBatchActivities } from './batch.ts'
import { createCalendarActivities } from './calendars.ts'
import { createNotices } from './notices.ts'
import { createRecords } from './records.ts'

/** All that workflows do outside, with what it needs given. */
export function createActivities(models: Models, temporal: Client) {
  return {
    ...createRecords(models),
    ...createNotices(models),
    ...createCalendarActivities(models, temporal),
    ...createBatchActivities(models, temporal),
  }
}

/** The activities, as workflows call them. */
export type Activities = ReturnType<typeof createActivities>

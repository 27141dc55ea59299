import type { Models } from '../models/index.ts'
import { createNotices } from './notices.ts'
import { createRecords } from './records.ts'

/** All that workflows do outside, with what it needs given. */
export function createActivities(models: Models) {
  return { ...createRecords(models), ...createNotices(models) }
}

/** The activities, as workflows call them. */
export type Activities = ReturnType<typeof createActivities>

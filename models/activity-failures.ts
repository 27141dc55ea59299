import { anyText, count, date, schemaOf, text, type RecordOf } from './fields.ts'

/** An activity that fails again and again, noted by the worker and removed when it succeeds; `_id` is run and activity. */
export type ActivityFailureRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  workflow: text,
  run: text,
  /** Its id within the run, and what it is. */
  activityId: text,
  activity: text,
  attempt: count,
  error: anyText,
  /** When it was first asked for. */
  since: date,
  at: date,
}

export const activityFailureSchema = schemaOf<ActivityFailureRecord>('activityFailures', fields)
// What is retried, the longest first.
activityFailureSchema.index({ since: 1, _id: 1 })

import type { Actor } from '../policy/case/case.ts'
import { anyText, count, date, json, optionalDate, schemaOf, text, type RecordOf } from './fields.ts'

/** How far a version of a calendar has come to the projects that run; `_id` is that of the version, written with it. */
export type RolloutRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  calendar: text,
  version: count,
  by: json<Actor>(),
  /** Of the HTTP request that brought the version in. */
  request: anyText,
  /** Open projects that counted by an older version. */
  total: count,
  /** Those that count by the new one now. */
  done: count,
  /** Due dates that it moved. */
  moved: count,
  /** Projects that did not take it, however often they were asked. */
  failed: count,
  at: date,
  finishedAt: optionalDate,
}

export const rolloutSchema = schemaOf<RolloutRecord>('rollouts', fields)
// What is not over, and goes on after a process has died.
rolloutSchema.index({ finishedAt: 1, at: 1 })

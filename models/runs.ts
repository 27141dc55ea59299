import type { Digest } from '../policy/integrity/digest.ts'
import { count, date, flag, optionalText, schemaOf, text, word, type RecordOf } from './fields.ts'

/** A closed run of a project's workflow whose history is kept; `_id` is its run id. */
export type RunRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  project: text,
  /** The run that it goes on from, or takes the place of; null for the first. */
  previous: optionalText,
  startedAt: date,
  closedAt: date,
  /** The type of its last event, such as `WORKFLOW_EXECUTION_CONTINUED_AS_NEW`. */
  end: text,
  /** How many events its history has. */
  events: count,
  /** The SHA-256 of its history, under which it is kept. */
  archive: word<Digest>(),
  /** It is in a daily anchor. */
  anchored: flag,
  keptAt: date,
}

export const runSchema = schemaOf<RunRecord>('runs', fields)
// The runs of a case, one after another.
runSchema.index({ project: 1, startedAt: 1, _id: 1 })
// Whose history is kept under a digest, when that has to be fetched anew.
runSchema.index({ archive: 1 })
// What the next anchor takes in.
runSchema.index({ anchored: 1, _id: 1 }, { partialFilterExpression: { anchored: false } })

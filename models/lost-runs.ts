import { date, optionalJson, schemaOf, text, type RecordOf } from './fields.ts'

/** A closed run of a project whose history could not be kept; `_id` is its run id. */
export type LostRunRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  project: text,
  reason: text,
  noticedAt: date,
  triedAt: date,
  /** Who knows that it is lost for good, and why it is; null while nobody does. */
  acknowledged: optionalJson<{ by: string; reason: string; at: Date }>(),
}

export const lostRunSchema = schemaOf<LostRunRecord>('lostRuns', fields)
// As the command line lists them.
lostRunSchema.index({ noticedAt: 1, _id: 1 })
// What nobody has taken note of: how many, and which to try again.
lostRunSchema.index({ acknowledged: 1, triedAt: 1, _id: 1 })

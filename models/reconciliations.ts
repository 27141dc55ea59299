import { count, date, optionalDate, optionalText, schemaOf, text, type RecordOf } from './fields.ts'

/** A comparison of all cases with their workflows' histories; `by` is who ran it by hand, null by the clock. */
export type ReconciliationRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  by: optionalText,
  startedAt: date,
  finishedAt: optionalDate,
  cases: count,
  differences: count,
  repaired: count,
  /** Cases whose history cannot be read as a whole. */
  unreadable: count,
}

export const reconciliationSchema = schemaOf<ReconciliationRecord>('reconciliations', fields)
// The latest one that came to its end.
reconciliationSchema.index({ finishedAt: -1, _id: 1 })

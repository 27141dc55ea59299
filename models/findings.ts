import { anyText, date, optionalJson, optionalText, schemaOf, text, word, type RecordOf } from './fields.ts'

/**
 * What was found wrong in the record, with what should be there and what was: by a comparison with the histories (`reconcile`) or
 * by a verification (`verify`). Nothing of it is ever taken out.
 */
export type FindingRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  /** The same for the same finding, as long as it is not repaired. */
  key: text,
  source: word<'reconcile' | 'verify'>(),
  /** What a verification calls it; null of a comparison. */
  kind: optionalText,
  project: optionalText,
  /** The collection, and the document in it. */
  within: text,
  document: text,
  /** The field; empty for a whole document. */
  path: anyText,
  /** As JSON; null where there should be nothing, or is nothing. */
  expected: optionalText,
  found: optionalText,
  firstAt: date,
  firstBy: text,
  lastAt: date,
  lastBy: text,
  /** By which operation it was repaired: who has proposed it, who has agreed, and why; null while it was not. */
  repaired: optionalJson<{ operation: string; by: string; approvedBy: string; reason: string; at: Date }>(),
}

export const findingSchema = schemaOf<FindingRecord>('findings', fields)
// The same finding, as long as it is not repaired.
findingSchema.index({ key: 1 }, { unique: true, partialFilterExpression: { repaired: null } })
// The list, newest first: all of it, and a case's.
findingSchema.index({ lastAt: -1, _id: -1 })
findingSchema.index({ project: 1, lastAt: -1, _id: -1 })
// What an operation has repaired of a case, in its history.
findingSchema.index({ 'repaired.operation': 1, project: 1 })

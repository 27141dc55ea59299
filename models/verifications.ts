import { count, date, optionalText, schemaOf, text, type RecordOf } from './fields.ts'

/** A verification of cases against their chains, histories and anchors; `by` is who ran it by hand, null by the clock. */
export type VerificationRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  by: optionalText,
  /** The one case that was verified; null for all of them. */
  project: optionalText,
  startedAt: date,
  finishedAt: date,
  cases: count,
  findings: count,
}

export const verificationSchema = schemaOf<VerificationRecord>('verifications', fields)
// The latest one that the clock has started.
verificationSchema.index({ by: 1, finishedAt: -1 })

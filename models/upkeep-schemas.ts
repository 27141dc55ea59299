import { Schema } from 'mongoose'
import { count, date, optionalDate, optionalJson, optionalText, strict, text } from './fields.ts'

/** How far a duty has come: everything before this instant is done. `_id` is the duty; of `poll/…`, when workers were last seen to ask for tasks; of `worker/…`, when a worker last said that it is there. */
export type WatermarkRecord = { _id: string; at: Date }

/** A closed run of a project whose history could not be kept; `_id` is its run id. */
export type LostRunRecord = {
  _id: string
  project: string
  reason: string
  noticedAt: Date
  triedAt: Date
  /** Who knows that it is lost for good, and why it is; null while nobody does. */
  acknowledged: { by: string; reason: string; at: Date } | null
}

/** A comparison of all cases with their workflows' histories; `by` is who ran it by hand, null by the clock. */
export type ReconciliationRecord = {
  _id: string
  by: string | null
  startedAt: Date
  finishedAt: Date | null
  cases: number
  differences: number
  repaired: number
  /** Cases whose history cannot be read as a whole. */
  unreadable: number
}

/** A verification of cases against their chains, histories and anchors; `by` is who ran it by hand, null by the clock. */
export type VerificationRecord = {
  _id: string
  by: string | null
  /** The one case that was verified; null for all of them. */
  project: string | null
  startedAt: Date
  finishedAt: Date
  cases: number
  findings: number
}

/**
 * What was found wrong in the record, with what should be there and what was: by a comparison with the histories (`reconcile`) or
 * by a verification (`verify`). Nothing of it is ever taken out.
 */
export type FindingRecord = {
  _id: string
  /** The same for the same finding, as long as it is not repaired. */
  key: string
  source: 'reconcile' | 'verify'
  /** What a verification calls it; null of a comparison. */
  kind: string | null
  project: string | null
  /** The collection, and the document in it. */
  within: string
  document: string
  /** The field; empty for a whole document. */
  path: string
  /** As JSON; null where there should be nothing, or is nothing. */
  expected: string | null
  found: string | null
  firstAt: Date
  firstBy: string
  lastAt: Date
  lastBy: string
  /** By which operation it was repaired: who has proposed it, who has agreed, and why; null while it was not. */
  repaired: { operation: string; by: string; approvedBy: string; reason: string; at: Date } | null
}

export const watermarkSchema = new Schema<WatermarkRecord>(
  { _id: text, at: date },
  { ...strict, collection: 'watermarks' },
)

export const lostRunSchema = new Schema<LostRunRecord>(
  { _id: text, project: text, reason: text, noticedAt: date, triedAt: date, acknowledged: optionalJson },
  { ...strict, collection: 'lostRuns' },
)
lostRunSchema.index({ noticedAt: 1, _id: 1 })
lostRunSchema.index({ acknowledged: 1, triedAt: 1, _id: 1 })

export const reconciliationSchema = new Schema<ReconciliationRecord>(
  {
    _id: text,
    by: optionalText,
    startedAt: date,
    finishedAt: optionalDate,
    cases: count,
    differences: count,
    repaired: count,
    unreadable: count,
  },
  { ...strict, collection: 'reconciliations' },
)
reconciliationSchema.index({ finishedAt: -1, _id: 1 })

export const verificationSchema = new Schema<VerificationRecord>(
  {
    _id: text,
    by: optionalText,
    project: optionalText,
    startedAt: date,
    finishedAt: date,
    cases: count,
    findings: count,
  },
  { ...strict, collection: 'verifications' },
)
verificationSchema.index({ by: 1, finishedAt: -1 })

export const findingSchema = new Schema<FindingRecord>(
  {
    _id: text,
    key: text,
    source: text,
    kind: optionalText,
    project: optionalText,
    within: text,
    document: text,
    path: { type: String, default: '' },
    expected: optionalText,
    found: optionalText,
    firstAt: date,
    firstBy: text,
    lastAt: date,
    lastBy: text,
    repaired: optionalJson,
  },
  { ...strict, collection: 'findings' },
)
findingSchema.index({ key: 1 }, { unique: true, partialFilterExpression: { repaired: null } })
findingSchema.index({ lastAt: -1, _id: -1 })
findingSchema.index({ project: 1, lastAt: -1, _id: -1 })
findingSchema.index({ 'repaired.operation': 1, project: 1 })

import { Schema } from 'mongoose'
import { count, date, optionalDate, optionalJson, strict, text } from './fields.ts'

/** How far a duty has come: everything before this instant is done. `_id` is the duty; of `poll/…`, when workers were last seen to ask for tasks. */
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

/** A comparison of all cases with their workflows' histories. */
export type ReconciliationRecord = {
  _id: string
  startedAt: Date
  finishedAt: Date | null
  cases: number
  differences: number
  repaired: number
  /** Cases whose history cannot be read as a whole. */
  unreadable: number
}

/** A verification of all cases against their chains, histories and anchors. */
export type VerificationRecord = {
  _id: string
  startedAt: Date
  finishedAt: Date
  cases: number
  findings: number
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
  { _id: text, startedAt: date, finishedAt: date, cases: count, findings: count },
  { ...strict, collection: 'verifications' },
)
verificationSchema.index({ finishedAt: -1 })

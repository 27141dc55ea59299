import { Schema } from 'mongoose'
import type { Actor } from '../policy/case.ts'
import type {
  OperationFailure,
  OperationKind,
  OperationStatus,
  OperationTally,
  OperationTarget,
} from '../policy/operations.ts'
import { count, date, json, optionalDate, optionalText, strict, text } from './fields.ts'

/** An activity that fails again and again, noted by the worker and removed when it succeeds; `_id` is run and activity. */
export type TroubleRecord = {
  _id: string
  workflow: string
  run: string
  /** Its id within the run, and what it is. */
  activityId: string
  activity: string
  attempt: number
  error: string
  /** When it was first asked for. */
  since: Date
  at: Date
}

/** Something that administrators have done: what, to which cases, why, who agreed, and how far it is. */
export type OperationRecord = {
  _id: string
  kind: OperationKind
  target: OperationTarget
  reason: string
  by: Actor
  request: string
  at: Date
  status: OperationStatus
  /** The user who agreed; null until then, and where nobody need agree. */
  approvedBy: string | null
  approvedAt: Date | null
  /** Cases a minute, at most. */
  perMinute: number
  tally: OperationTally
  /** The last cases to which it was not done. */
  failures: OperationFailure[]
  startedAt: Date | null
  finishedAt: Date | null
}

/** How many cases an operation names to which it was not done. */
export const failuresKept = 100

export const troubleSchema = new Schema<TroubleRecord>(
  {
    _id: text,
    workflow: text,
    run: text,
    activityId: text,
    activity: text,
    attempt: count,
    error: { type: String, default: '' },
    since: date,
    at: date,
  },
  { ...strict, collection: 'troubles' },
)
troubleSchema.index({ since: 1, _id: 1 })

export const operationSchema = new Schema<OperationRecord>(
  {
    _id: text,
    kind: text,
    target: json,
    reason: text,
    by: json,
    request: { type: String, default: '' },
    at: date,
    status: text,
    approvedBy: optionalText,
    approvedAt: optionalDate,
    perMinute: count,
    tally: json,
    failures: { ...json, default: [] },
    startedAt: optionalDate,
    finishedAt: optionalDate,
  },
  { ...strict, collection: 'operations' },
)
operationSchema.index({ at: -1, _id: -1 })
operationSchema.index({ status: 1, at: -1, _id: -1 })

import { Schema } from 'mongoose'
import type { Actor } from '../policy/case/case.ts'
import type {
  ErrandOutcome,
  OperationFailure,
  OperationKind,
  OperationMove,
  OperationStatus,
  OperationTally,
  OperationTarget,
} from '../policy/access/operations.ts'
import { count, date, json, optionalDate, optionalText, strict, text, texts } from './fields.ts'

/** An activity that fails again and again, noted by the worker and removed when it succeeds; `_id` is run and activity. */
export type ActivityFailureRecord = {
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
  /** Who has done what with it and why, first things first; only ever added to. */
  moves: OperationMove[]
  startedAt: Date | null
  finishedAt: Date | null
}

/**
 * What an operation is to do to one case, message or workflow, listed when it was proposed, and what became of it. Whoever
 * agrees to an operation agrees to these.
 */
export type ErrandRecord = {
  _id: string
  operation: string
  /** Its place in the list. */
  place: number
  target: string
  /** The cases that it touches: the one that it goes to, or those that a message speaks of. */
  projects: string[]
  /** How often it has failed. */
  tries: number
  outcome: ErrandOutcome | null
  /** Why it was not done. */
  reason: string | null
  /** Who has proposed it and who has agreed. */
  by: string[]
  at: Date | null
}

/** How many cases an operation names to which it was not done. */
export const failuresKept = 100

export const activityFailureSchema = new Schema<ActivityFailureRecord>(
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
  { ...strict, collection: 'activityFailures' },
)
activityFailureSchema.index({ since: 1, _id: 1 })

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
    moves: { type: Schema.Types.Mixed },
    startedAt: optionalDate,
    finishedAt: optionalDate,
  },
  { ...strict, collection: 'operations' },
)
operationSchema.index({ at: -1, _id: -1 })
operationSchema.index({ status: 1, at: -1, _id: -1 })

export const errandSchema = new Schema<ErrandRecord>(
  {
    _id: text,
    operation: text,
    place: count,
    target: text,
    projects: texts,
    tries: count,
    outcome: optionalText,
    reason: optionalText,
    by: texts,
    at: optionalDate,
  },
  { ...strict, collection: 'errands' },
)
errandSchema.index({ operation: 1, outcome: 1, tries: 1, place: 1 })
errandSchema.index({ operation: 1, place: 1 })
errandSchema.index({ operation: 1, outcome: 1, place: 1 })
errandSchema.index({ projects: 1, at: 1, _id: 1 })

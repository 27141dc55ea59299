import { Schema } from 'mongoose'
import type { Actor } from '../policy/case/case.ts'
import type {
  OperationFailure,
  OperationKind,
  OperationMove,
  OperationStatus,
  OperationTally,
  OperationTarget,
} from '../policy/access/operations.ts'
import {
  anyText,
  count,
  date,
  field,
  json,
  jsons,
  optionalDate,
  optionalText,
  schemaOf,
  text,
  word,
  type RecordOf,
} from './fields.ts'

/** Something that administrators have done: what, to which cases, why, who agreed, and how far it is. */
export type OperationRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  kind: word<OperationKind>(),
  target: json<OperationTarget>(),
  reason: text,
  by: json<Actor>(),
  request: anyText,
  at: date,
  status: word<OperationStatus>(),
  /** The user who agreed; null until then, and where nobody need agree. */
  approvedBy: optionalText,
  approvedAt: optionalDate,
  /** Cases a minute, at most. */
  perMinute: count,
  tally: json<OperationTally>(),
  /** The last cases to which it was not done. */
  failures: jsons<OperationFailure>(),
  /** Who has done what with it and why, first things first; only ever added to. */
  moves: field<OperationMove[]>({ type: Schema.Types.Mixed }),
  startedAt: optionalDate,
  finishedAt: optionalDate,
}

/** How many cases an operation names to which it was not done. */
export const failuresKept = 100

export const operationSchema = schemaOf<OperationRecord>('operations', fields)
// The list, newest first.
operationSchema.index({ at: -1, _id: -1 })
// Those of a status: a list, and what goes on after a process has died.
operationSchema.index({ status: 1, at: -1, _id: -1 })

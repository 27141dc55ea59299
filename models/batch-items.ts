import type { BatchItemOutcome } from '../policy/access/operations.ts'
import {
  count,
  optionalDate,
  optionalText,
  optionalWord,
  schemaOf,
  text,
  texts,
  type RecordOf,
} from './fields.ts'

/**
 * What an operation is to do to one case, message or workflow, listed when it was proposed, and what became of it. Whoever
 * agrees to an operation agrees to these.
 */
export type BatchItemRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  operation: text,
  /** Its position in the list. */
  position: count,
  target: text,
  /** The cases that it touches: the one that it goes to, or those that a message speaks of. */
  projects: texts,
  /** How often it has failed. */
  tries: count,
  outcome: optionalWord<BatchItemOutcome>(),
  /** Why it was not done. */
  reason: optionalText,
  /** Who has proposed it and who has agreed. */
  by: texts,
  at: optionalDate,
}

export const batchItemSchema = schemaOf<BatchItemRecord>('batchItems', fields)
// What is to be done next: what has failed least often, in the order of the list.
batchItemSchema.index({ operation: 1, outcome: 1, tries: 1, position: 1 })
// The list as it was proposed, and what came to one outcome.
batchItemSchema.index({ operation: 1, position: 1 })
batchItemSchema.index({ operation: 1, outcome: 1, position: 1 })
// In the history of a case.
batchItemSchema.index({ projects: 1, at: 1, _id: 1 })

import type { Channel } from './notices.ts'
import {
  count,
  date,
  field,
  flag,
  optionalDate,
  optionalText,
  schemaOf,
  text,
  texts,
  word,
  type RecordOf,
} from './fields.ts'

/** A mail or a call on its way; several notices of a day may share one. */
export type MessageRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  recipient: text,
  channel: word<Exclude<Channel, 'inbox'>>(),
  notices: texts,
  digest: flag,
  /** The address that it asks its recipient to confirm, and nothing else; null for what carries notices. */
  confirms: optionalText,
  /** The receiver has refused it for its size: it says less from now on. */
  brief: field<boolean>({ type: Boolean, default: false }),
  status: word<'pending' | 'sent' | 'dead'>(),
  attempts: count,
  nextAttemptAt: date,
  /** Until then somebody is at it. */
  leasedUntil: optionalDate,
  error: optionalText,
  at: date,
  sentAt: optionalDate,
}

export const messageSchema = schemaOf<MessageRecord>('messages', fields)
// What waits, the longest due first; what has gone is in no index but that of dead letters.
messageSchema.index({ nextAttemptAt: 1 }, { partialFilterExpression: { status: 'pending' } })
messageSchema.index({ status: 1, at: 1, _id: 1 }, { partialFilterExpression: { status: 'dead' } })
// How many an address, or a person, was asked to confirm of late.
const confirming = { partialFilterExpression: { confirms: { $type: 'string' } } }
messageSchema.index({ recipient: 1, at: 1 }, confirming)

import type { CaseScope, Notice } from '../policy/notices/notice.ts'
import {
  anyText,
  count,
  date,
  flag,
  optionalCount,
  optionalDate,
  optionalJson,
  optionalText,
  schemaOf,
  text,
  texts,
  word,
  field,
  type RecordOf,
} from './fields.ts'

/** The channels on which a notice reaches a person. */
export const channels = ['inbox', 'email', 'webhook'] as const
/** One of the channels on which a notice reaches a person. */
export type Channel = (typeof channels)[number]

/**
 * A line of the ledger: one notice to one recipient on one channel. `_id` is project, task, part, entry, deduplication key,
 * recipient and channel, so that it is written once whatever restarts. `recipient` is a person or the mailbox of a role
 * (`mailbox:district:渝北区`).
 */
export type NoticeRecord = Notice & CaseScope & RecordOf<typeof sending>

const sending = {
  _id: text,
  project: text,
  /** That the case was at when it arose. */
  revision: count,
  recipient: text,
  /** Of a mailbox: who is told the same by name, and need not read it twice. */
  besides: field<string[]>({ type: [String], default: [] }),
  channel: word<Channel>(),
  /** Not before; never at night. */
  sendAt: date,
  /**
   * `cancelled`: the task was done before it was sent. `declined`: the person does not want it, or has no such channel any more.
   * `withdrawn`: the person may no longer see the case, and others were told.
   */
  status: word<'pending' | 'sent' | 'failed' | 'cancelled' | 'declined' | 'withdrawn'>(),
  /** The message that carried it. */
  message: optionalText,
  at: date,
  sentAt: optionalDate,
  openedAt: optionalDate,
}

export const noticeSchema = schemaOf<NoticeRecord>('notices', {
  ...sending,
  district: text,
  uscc: text,
  kind: text,
  task: text,
  part: optionalText,
  entry: count,
  deduplicationKey: text,
  roles: texts,
  user: optionalText,
  dueOn: optionalText,
  from: optionalText,
  dateOf: optionalJson(),
  days: optionalCount,
  unit: optionalText,
  required: flag,
  article: anyText,
  phase: anyText,
  event: optionalText,
  by: optionalJson(),
  outcome: optionalText,
  ground: optionalText,
  request: optionalJson(),
  words: optionalText,
})
// What waits, the longest due first: the dispatcher takes what no message carries yet, metrics count all of it.
noticeSchema.index(
  { status: 1, sendAt: 1, message: 1, channel: 1, kind: 1 },
  { partialFilterExpression: { status: 'pending' } },
)
// The inbox, newest first: all of it, and what is not opened yet.
const arrived = { channel: 'inbox', status: 'sent' }
noticeSchema.index({ recipient: 1, sentAt: -1, _id: -1 }, { partialFilterExpression: arrived })
noticeSchema.index(
  { openedAt: 1, recipient: 1, sentAt: -1, _id: -1 },
  { partialFilterExpression: { ...arrived, openedAt: null } },
)
// What was told of a case, in the order of its history; of one recipient it is picked out by the key alone.
noticeSchema.index({ project: 1, at: 1, _id: 1, recipient: 1 })
// What metrics ask: what was sent of late, what was given up.
noticeSchema.index(
  { status: 1, sentAt: 1, channel: 1, kind: 1 },
  { partialFilterExpression: { status: 'sent' } },
)
noticeSchema.index({ status: 1, channel: 1, kind: 1 }, { partialFilterExpression: { status: 'failed' } })

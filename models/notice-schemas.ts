import { Schema } from 'mongoose'
import type { Notice } from '../policy/notice.ts'
import {
  count,
  date,
  flag,
  json,
  optionalDate,
  optionalJson,
  optionalText,
  strict,
  text,
  texts,
} from './fields.ts'

/** The ways on which a notice reaches a person. */
export const channels = ['inbox', 'email', 'webhook'] as const
/** One of the ways on which a notice reaches a person. */
export type Channel = (typeof channels)[number]

/** What a person wants on a channel: everything, or no more than the law needs. */
export type Wish = 'all' | 'required'

/** A person as the post knows them; `_id` is who they are to the portal. */
export type PersonRecord = {
  _id: string
  role: string
  district: string | null
  uscc: string | null
  email: string | null
  /** `both`: Chinese first. */
  language: 'zh' | 'en' | 'both'
  wishes: Record<Channel, Wish>
  webhook: { url: string; secret: string } | null
  /** SHA-256 of the secret in the address of their calendar feed; null if they have none. */
  feed: string | null
  seenAt: Date
}

/**
 * A line of the ledger: one notice to one recipient on one channel. `_id` is project, task, period, entry, occasion,
 * recipient and channel, so that it is written once whatever restarts. `recipient` is a person, or, where nobody is known
 * yet, the holders of a role (`role:district:渝北区`).
 */
export type NoticeRecord = Notice & {
  _id: string
  project: string
  recipient: string
  channel: Channel
  /** Not before; never at night. */
  sendAt: Date
  /** `moot`: the task was done before it was sent. `declined`: the person does not want it. */
  status: 'pending' | 'sent' | 'failed' | 'moot' | 'declined'
  /** The message that carried it. */
  message: string | null
  at: Date
  sentAt: Date | null
  openedAt: Date | null
}

/** A mail or a call on its way; several notices of a day may share one. */
export type MessageRecord = {
  _id: string
  recipient: string
  channel: Exclude<Channel, 'inbox'>
  notices: string[]
  digest: boolean
  status: 'pending' | 'sent' | 'dead'
  attempts: number
  nextAttemptAt: Date
  /** Until then somebody is at it. */
  leasedUntil: Date | null
  error: string | null
  at: Date
  sentAt: Date | null
}

export const personSchema = new Schema<PersonRecord>(
  {
    _id: text,
    role: text,
    district: optionalText,
    uscc: optionalText,
    email: optionalText,
    language: text,
    wishes: json,
    webhook: optionalJson,
    feed: optionalText,
    seenAt: date,
  },
  { ...strict, collection: 'people' },
)
personSchema.index({ role: 1, district: 1, uscc: 1 })
personSchema.index({ feed: 1 }, { unique: true, partialFilterExpression: { feed: { $type: 'string' } } })

export const noticeSchema = new Schema<NoticeRecord>(
  {
    _id: text,
    project: text,
    kind: text,
    task: text,
    period: optionalText,
    entry: count,
    occasion: text,
    roles: texts,
    user: optionalText,
    dueOn: optionalText,
    from: optionalText,
    days: { type: Number, default: null },
    unit: optionalText,
    required: flag,
    article: { type: String, default: '' },
    phase: { type: String, default: '' },
    event: optionalText,
    by: optionalJson,
    outcome: optionalText,
    ground: optionalText,
    words: optionalText,
    recipient: text,
    channel: text,
    sendAt: date,
    status: text,
    message: optionalText,
    at: date,
    sentAt: optionalDate,
    openedAt: optionalDate,
  },
  { ...strict, collection: 'notices' },
)
noticeSchema.index({ status: 1, message: 1, sendAt: 1 })
noticeSchema.index({ recipient: 1, channel: 1, status: 1, sendAt: -1, _id: -1 })
// The inbox, newest first: all of it, and what is not opened yet.
const arrived = { partialFilterExpression: { channel: 'inbox', status: 'sent' } }
noticeSchema.index({ recipient: 1, sentAt: -1, _id: -1 }, arrived)
noticeSchema.index({ recipient: 1, openedAt: 1, sentAt: -1, _id: -1 }, arrived)
noticeSchema.index({ project: 1, at: 1, _id: 1 })
// What metrics ask: what is due, what was sent of late, what was given up.
noticeSchema.index(
  { status: 1, sendAt: 1, channel: 1, kind: 1 },
  { partialFilterExpression: { status: 'pending' } },
)
noticeSchema.index(
  { status: 1, sentAt: 1, channel: 1, kind: 1 },
  { partialFilterExpression: { status: 'sent' } },
)
noticeSchema.index({ status: 1, channel: 1, kind: 1 }, { partialFilterExpression: { status: 'failed' } })
noticeSchema.index({ project: 1, recipient: 1, at: 1, _id: 1 })

export const messageSchema = new Schema<MessageRecord>(
  {
    _id: text,
    recipient: text,
    channel: text,
    notices: texts,
    digest: flag,
    status: text,
    attempts: count,
    nextAttemptAt: date,
    leasedUntil: optionalDate,
    error: optionalText,
    at: date,
    sentAt: optionalDate,
  },
  { ...strict, collection: 'messages' },
)
messageSchema.index({ status: 1, nextAttemptAt: 1 })
messageSchema.index({ status: 1, at: -1, _id: -1 })

import { Schema } from 'mongoose'
import type { Capacity } from '../policy/access/capacities.ts'
import type { CaseScope, Notice } from '../policy/notices/notice.ts'
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

/** A mail address that somebody has named and that is not known to be theirs; `codes` are what a mail to it has carried. */
export type NewEmail = { address: string; codes: { hash: string; until: Date }[] }

/** Where somebody is called, and since when the receiver has said that there is nothing any more. */
export type Hook = { url: string; secret: string; goneAt: Date | null }

/** A person as the post knows them; `_id` is who they are to the portal. */
export type PersonRecord = {
  _id: string
  /** Every right by which they have shown themselves, also those that have ended. */
  capacities: Capacity[]
  /** Which write of the capacities this is, so that of two at once none is lost. */
  turn: number
  /** When administrators took all that was held until then away from them. */
  removals: { by: string; at: Date; reason: string }[]
  /** Confirmed by a code that a mail to it has carried. */
  email: string | null
  newEmail: NewEmail | null
  /** `both`: Chinese first. */
  language: 'zh' | 'en' | 'both'
  wishes: Record<Channel, Wish>
  webhook: Hook | null
  /** SHA-256 of the secret in the address of their calendar feed; null if they have none. */
  feed: string | null
}

/**
 * A line of the ledger: one notice to one recipient on one channel. `_id` is project, task, period, entry, occasion,
 * recipient and channel, so that it is written once whatever restarts. `recipient` is a person or the mailbox of a role
 * (`mailbox:district:渝北区`).
 */
export type NoticeRecord = Notice &
  CaseScope & {
    _id: string
    project: string
    /** That the case was at when it arose. */
    revision: number
    recipient: string
    /** Of a mailbox: who is told the same by name, and need not read it twice. */
    besides: string[]
    channel: Channel
    /** Not before; never at night. */
    sendAt: Date
    /**
     * `moot`: the task was done before it was sent. `declined`: the person does not want it, or has no such way any more.
     * `withdrawn`: the person may no longer see the case, and others were told.
     */
    status: 'pending' | 'sent' | 'failed' | 'moot' | 'declined' | 'withdrawn'
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
  /** The address that it asks its recipient to confirm, and nothing else; null for what carries notices. */
  confirms: string | null
  /** The receiver has refused it for its size: it says less from now on. */
  brief: boolean
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
    capacities: { ...json, default: [] },
    turn: { type: Number, default: 0 },
    removals: { ...json, default: [] },
    email: optionalText,
    newEmail: optionalJson,
    language: text,
    wishes: json,
    webhook: optionalJson,
    feed: optionalText,
  },
  { ...strict, collection: 'people' },
)
personSchema.index({ 'capacities.role': 1, 'capacities.district': 1, 'capacities.uscc': 1, _id: 1 })
personSchema.index({ feed: 1 }, { unique: true, partialFilterExpression: { feed: { $type: 'string' } } })

export const noticeSchema = new Schema<NoticeRecord>(
  {
    _id: text,
    project: text,
    district: text,
    uscc: text,
    revision: count,
    kind: text,
    task: text,
    period: optionalText,
    entry: count,
    occasion: text,
    roles: texts,
    user: optionalText,
    dueOn: optionalText,
    from: optionalText,
    dateOf: optionalJson,
    days: { type: Number, default: null },
    unit: optionalText,
    required: flag,
    article: { type: String, default: '' },
    phase: { type: String, default: '' },
    event: optionalText,
    by: optionalJson,
    outcome: optionalText,
    ground: optionalText,
    request: optionalJson,
    words: optionalText,
    recipient: text,
    besides: { type: [String], default: [] },
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
    confirms: optionalText,
    brief: { type: Boolean, default: false },
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
// How many an address, or a person, was asked to confirm of late.
const confirming = { partialFilterExpression: { confirms: { $type: 'string' } } }
messageSchema.index({ recipient: 1, at: 1 }, confirming)

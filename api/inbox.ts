import type { NoticeRecord } from '../models/index.ts'
import type { Actor } from '../policy/case.ts'
import type { Edition } from '../policy/edition.ts'
import { mailboxOf } from '../policy/recipients.ts'
import { scopeFilter } from './scope-filter.ts'

/** Under which names a caller is told something: their own, and the mailboxes of their role. Refuses an unknown role. */
export function recipientKeysOf(edition: Edition, caller: Actor): string[] {
  const { district = null, uscc = null } = scopeFilter(edition, caller)
  return [caller.user, mailboxOf({ role: caller.role, district, uscc })]
}

/** The part of a query that keeps it to what has arrived in the inboxes of these recipients. */
export function inboxFilter(keys: string[]) {
  return { recipient: { $in: keys }, channel: 'inbox', status: 'sent' } as const
}

/** A place in an inbox: when the notice arrived there, then its id. */
export type InboxPlace = readonly [sentAt: Date, id: string]

/** The place of a notice in an inbox. */
export function placeOf({ sentAt, sendAt, _id }: NoticeRecord): InboxPlace {
  return [sentAt ?? sendAt, _id]
}

/**
 * The part of a query that is beyond a place, going to older (`$lt`) or newer (`$gt`) notices. The range stands alone, so
 * that MongoDB reads each recipient's notices in order and merges them.
 */
export function beyond([sentAt, id]: InboxPlace, way: '$lt' | '$gt') {
  return {
    sentAt: way === '$lt' ? { $lte: sentAt } : { $gte: sentAt },
    $or: [{ sentAt: { $ne: sentAt } }, { _id: { [way]: id } }],
  }
}

import type { NoticeRecord } from '../../models/index.ts'
import { audienceOf, scopeOf } from '../../policy/access/scope.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { mailboxOf } from '../../policy/notices/recipients.ts'
import { notForRole, rolesUnder } from '../../policy/access/role-refusals.ts'

/**
 * What a caller may read of what was told: their own and their mailbox's, as far as it was for the role that they are here in
 * and is of a case that they may see in it. Whoever comes in another capacity has another inbox.
 */
export type Readable = Pick<Actor, 'user' | 'role'> & {
  mailbox: string
  district: string | null
  uscc: string | null
}

/** What a caller may read of what was told. Refuses a role that has no place under the edition. */
export function readableBy(edition: Pick<Edition, 'roles'>, caller: Actor): Readable {
  const capacity = audienceOf(edition, caller)
  if (!capacity) throw new RefusalError(refusalWithoutScope(edition, caller))
  return { ...capacity, user: caller.user, mailbox: mailboxOf(capacity) }
}

/** Of a role without a place under the edition, or of one of a district or an enterprise that the token does not name. */
function refusalWithoutScope(edition: Pick<Edition, 'roles'>, caller: Actor): Refusal {
  const refusal = notForRole(edition, rolesUnder(edition))
  if (scopeOf(edition, caller) === null) return refusal
  const words = {
    zh: '登录凭证未载明您所属的区县或者企业，无法确定您的收件箱；请联系统一认证的管理员。',
    en: 'Your token names no district, or no enterprise, whose inbox you could read: ask whoever issues it.',
  }
  return { ...refusal, words }
}

/** The part of a query that keeps it to what has arrived in an inbox. */
export function inboxFilter({ user, role, mailbox, district, uscc }: Readable) {
  return {
    recipient: { $in: [user, mailbox] },
    besides: { $ne: user },
    roles: role,
    ...(district !== null && { district }),
    ...(uscc !== null && { uscc }),
    channel: 'inbox',
    status: 'sent',
  } as const
}

/** Whether a notice that has arrived is in an inbox: the same as `inboxFilter` asks. */
export function isReadable(
  { recipient, besides, roles, ...of }: NoticeRecord,
  { user, role, mailbox, district, uscc }: Readable,
): boolean {
  return (
    (recipient === user || recipient === mailbox) &&
    !besides.includes(user) &&
    roles.includes(role) &&
    (district === null || of.district === district) &&
    (uscc === null || of.uscc === uscc)
  )
}

/** A place in an inbox: when the notice arrived there, then its id. */
export type InboxCursor = [sentAt: Date, id: string]

/** The place of a notice in an inbox. */
export function inboxCursorOf({ sentAt, sendAt, _id }: NoticeRecord): InboxCursor {
  return [sentAt ?? sendAt, _id]
}

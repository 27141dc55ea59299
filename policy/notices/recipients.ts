import { isLive, isSame, type Capacity } from '../access/capacities.ts'
import type { Audience } from '../access/scope.ts'

/** A person as far as it matters to whether they are told. */
export type KnownPerson = { _id: string; capacities: readonly Capacity[] }

/** What of a notice says who is told: the roles that it is for, who has the task in hand, whether the law wants it told. */
type Meant = { roles: readonly string[]; user: string | null; required: boolean }

/** Somebody who is told: a person, or a mailbox, with those who are told besides by name. */
export type Recipient = { user: string } | { mailbox: string; besides: string[] }

/** Above this many, the holders of a role are told through its mailbox alone. */
export const oneByOne = 200

const prefix = 'mailbox:'

/**
 * Who is told of a case; nothing else decides it. Whoever has the task in hand is told alone, while they hold one of the roles
 * there; else, unless nobody else may know of the case, everybody who does, and with what the law wants told their mailbox besides, which is also read by those who come
 * later; else, where nobody does or too many do, the mailbox alone.
 */
export function recipientsOf(
  notice: Meant,
  audiences: readonly Audience[],
  known: readonly KnownPerson[],
  nowMs: number,
): Recipient[] {
  const meant = audiences.filter(({ role }) => notice.roles.includes(role))
  const named = known.find(({ _id }) => _id === notice.user)
  if (named && meant.some((audience) => holdsRole(named, audience, nowMs))) return [{ user: named._id }]
  const told = new Set<string>()
  const mailboxes = meant
    .filter(({ alone }) => !alone)
    .flatMap((audience) => {
      const holders = known.filter((person) => holdsRole(person, audience, nowMs)).map(({ _id }) => _id)
      const isForEach = holders.length > 0 && holders.length <= oneByOne
      if (isForEach) for (const user of holders) told.add(user)
      const besides = isForEach ? holders : []
      return isForEach && !notice.required ? [] : [{ mailbox: mailboxOf(audience), besides }]
    })
  return [...[...told].map((user) => ({ user })), ...mailboxes]
}

/** Whether a person holds a role where an audience is, in a capacity that is live. */
export function holdsRole(
  { capacities }: Pick<KnownPerson, 'capacities'>,
  audience: Audience,
  nowMs: number,
): boolean {
  return capacities.some((each) => isSame(each, audience) && isLive(each, nowMs))
}

/** The recipient that stands for an audience: everybody who holds the role there reads it beside their own notices. */
export function mailboxOf({ role, district, uscc }: Audience): string {
  return `${prefix}${role}:${district ?? uscc ?? ''}`
}

/** Whether a recipient is a mailbox; no person may be called so, or they would read it. */
export function isMailbox(recipient: string): boolean {
  return recipient.startsWith(prefix)
}

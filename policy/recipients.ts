import type { Actor } from './case.ts'

const prefix = 'mailbox:'

/** By what somebody is known: a role, and the district or the enterprise that it is held for. */
type Holder = Pick<Actor, 'role'> & { district?: string | null | undefined; uscc?: string | null | undefined }

/**
 * The mailboxes that a person reads beside their own: what is told to the holders of their role while none of them is
 * known lies there. Name the district or the enterprise only where the role's scope has one.
 */
export function mailboxesOf({ role, district, uscc }: Holder): string[] {
  return [`${prefix}${role}:${district ?? uscc ?? ''}`]
}

/** Whether a recipient is a mailbox; no person may be called so, or they would read it. */
export function isMailbox(recipient: string): boolean {
  return recipient.startsWith(prefix)
}

/** Who is meant by a role in a case: all who hold it, those of a district, or those of an enterprise. */
export type Audience = { role: string; district: string | null; uscc: string | null }

const prefix = 'mailbox:'

/**
 * The recipient that stands for an audience in which nobody is known yet: everybody who holds the role there reads it
 * beside their own notices.
 */
export function mailboxOf({ role, district, uscc }: Audience): string {
  return `${prefix}${role}:${district ?? uscc ?? ''}`
}

/** Whether a recipient is a mailbox; no person may be called so, or they would read it. */
export function isMailbox(recipient: string): boolean {
  return recipient.startsWith(prefix)
}

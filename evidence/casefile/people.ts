import { bodyOf } from '../../policy/edition/bodies.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { isMailbox } from '../../policy/notices/recipients.ts'
import type { CaseFile } from './content.ts'

const platform: Record<string, string> = {
  administrator: '平台管理员',
  auditor: '审计员',
  operator: '运维人员',
}

/** What a role is called under an edition, or on the platform. */
export function roleWords({ roles }: Edition, role: string): string {
  return roles.find(({ id }) => id === role)?.zh ?? platform[role] ?? role
}

/** A user with what is known of them in brackets. */
export function namedWords(user: string, known: (string | null | undefined)[]): string {
  return `${user}（${known.filter(Boolean).join(' ')}）`
}

/** Whom a notice is for: a user, or everybody of a role in a district or an enterprise. */
export function recipientWords(edition: Edition, recipient: string): string {
  if (!isMailbox(recipient)) return recipient
  const [, role = '', place] = recipient.split(':')
  return namedWords(roleWords(edition, role), [place, '公用信箱'])
}

/** Who did something: name, body and role; time itself, if nobody did. */
export function personWords({ edition: { document }, project }: CaseFile, by: Actor | null): string {
  if (!by) return '（到期自动）'
  const { enterprise } = project.state.case
  const applicant = by.uscc === enterprise.uscc ? enterprise.name : by.uscc
  return namedWords(by.user, [bodyOf(document, by)?.zh ?? applicant, roleWords(document, by.role)])
}

/** Who had the case file made. */
export function exporterWords({
  exportedBy: { user, role },
  edition,
}: Pick<CaseFile, 'exportedBy' | 'edition'>): string {
  return namedWords(user, [roleWords(edition.document, role)])
}

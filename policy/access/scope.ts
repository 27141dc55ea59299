import type { Actor, Case } from '../case/case.ts'
import type { Edition, Scope } from '../edition/edition.ts'

/** Roles of the platform itself: they see every case and decide none. */
export const platformRoles = ['auditor', 'administrator'] as const

/** What a person may see under an edition: all of it, one district's, one enterprise's, what they were handed, or nothing. */
export function scopeOf(edition: Pick<Edition, 'roles'>, actor: Pick<Actor, 'role'>): Scope | null {
  if (platformRoles.some((role) => role === actor.role)) return 'all'
  return edition.roles.find(({ id }) => id === actor.role)?.scope ?? null
}

/** Who is meant by a role: all who hold it, those of a district, those of an enterprise, or whoever has a task in hand. */
export type Audience = {
  role: string
  district: string | null
  uscc: string | null
  /** Only who has the task in hand is meant: nobody else of the role may know of the case. */
  alone?: true
}

/**
 * What the scope of a role makes of a district and an enterprise, those of a person or those of a case: only what it goes by
 * is left. Null for a role that has no place under the edition, or where what it goes by is not named.
 */
export function audienceOf(
  edition: Pick<Edition, 'roles'>,
  { role, district, uscc }: Pick<Actor, 'role' | 'district' | 'uscc'>,
): Audience | null {
  switch (scopeOf(edition, { role })) {
    case 'all':
      return { role, district: null, uscc: null }
    case 'assigned':
      return { role, district: null, uscc: null, alone: true }
    case 'district':
      return district === undefined ? null : { role, district, uscc: null }
    case 'own':
      return uscc === undefined ? null : { role, district: null, uscc }
    case null:
      return null
  }
}

/** Whether a person may know that a case exists; for everyone else there is no such case. */
export function maySee(
  edition: Edition,
  { application, assignments }: Pick<Case, 'application' | 'assignments'>,
  actor: Actor,
): boolean {
  const audience = audienceOf(edition, actor)
  if (!audience) return false
  const { district, uscc, alone } = audience
  return (
    (district === null || district === application.district) &&
    (uscc === null || uscc === application.uscc) &&
    (!alone || assignments.some(({ user }) => user === actor.user))
  )
}

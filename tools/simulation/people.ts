import type { Actor } from '../../policy/case/case.ts'
import type { Edition, Scope } from '../../policy/edition/edition.ts'
import { scopeOf } from '../../policy/access/scope.ts'

type BodyOrFirm = { district: string; uscc: string }

/** The person who files for an enterprise and answers for it. */
export function applicantOf(edition: Edition, roles: readonly string[], { uscc }: BodyOrFirm): Actor {
  return { user: `simulated-${uscc}`, role: roleOf(edition, roles), uscc }
}

/** The officer of a position: two positions are two people, so that nobody decides what they may not. */
export function officerOf(
  edition: Edition,
  roles: readonly string[],
  position: string,
  place: BodyOrFirm,
): Actor {
  const role = roleOf(edition, roles)
  const district = scopeOf(edition, { role }) === 'district' ? place.district : undefined
  return {
    user: ['simulated', role, position, ...(district ? [district] : [])].join('-'),
    role,
    ...(district !== undefined && { district }),
  }
}

/** What the first of some roles may see. */
export function scopeOfRoles(edition: Edition, roles: readonly string[]): Scope | null {
  return scopeOf(edition, { role: roleOf(edition, roles) })
}

function roleOf({ id }: Edition, [role]: readonly string[]): string {
  if (role === undefined) throw new RangeError(`a stage of ${id} belongs to nobody`)
  return role
}

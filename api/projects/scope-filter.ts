import type { Actor } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { RefusalError } from '../../policy/errors.ts'
import { scopeOf } from '../../policy/access/permissions.ts'
import { notForRole, rolesUnder } from '../../policy/access/role-refusals.ts'

/** The part of a query that keeps a list to what a caller may see; a caller who may see nothing is refused. */
export function scopeFilter(edition: Edition, caller: Actor): { district?: string; uscc?: string } {
  const scope = scopeOf(edition, caller)
  switch (scope) {
    case 'all':
      return {}
    case 'district':
      return { district: caller.district ?? '' }
    case 'own':
      return { uscc: caller.uscc ?? '' }
    case null:
      throw new RefusalError(notForRole(edition, rolesUnder(edition)))
  }
}

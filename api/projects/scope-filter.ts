import type { Actor } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { RefusalError } from '../../policy/errors.ts'
import { audienceOf } from '../../policy/access/scope.ts'
import { notForRole, rolesUnder } from '../../policy/access/role-refusals.ts'

/** The part of a query that keeps a list of tasks to what a caller may see. */
export function taskFilter(
  edition: Pick<Edition, 'roles'>,
  caller: Actor,
): { district?: string; uscc?: string; claimedBy?: string } {
  const { assignees, ...scope } = scopeFilter(edition, caller)
  return { ...scope, ...(assignees !== undefined && { claimedBy: assignees }) }
}

/** The part of a query that keeps a list to what a caller may see; a caller who may see nothing is refused. */
export function scopeFilter(
  edition: Pick<Edition, 'roles'>,
  caller: Actor,
): { district?: string; uscc?: string; assignees?: string } {
  const audience = audienceOf(edition, caller)
  if (!audience) throw new RefusalError(notForRole(edition, rolesUnder(edition)))
  const { district, uscc, alone } = audience
  return {
    ...(district !== null && { district }),
    ...(uscc !== null && { uscc }),
    ...(alone && { assignees: caller.user }),
  }
}

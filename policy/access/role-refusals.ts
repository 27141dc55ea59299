import type { Actor } from '../case/case.ts'
import type { Edition, Scope } from '../edition/edition.ts'
import type { Refusal } from '../errors.ts'
import { nameOfRole } from '../case/labels.ts'
import { mayOnPlatform, platformRolesFor, type PlatformAction } from './permissions.ts'
import { platformRoles, scopeOf } from './scope.ts'

/** Refuses a role, and names those that may as the edition, or the platform, calls them. */
export function notForRole(edition: Pick<Edition, 'roles'>, allowed: readonly string[]): Refusal {
  const names = allowed.map((role) => nameOfRole(edition, role))
  const words = {
    zh: `您的角色不能办理此事项，由${names.map(({ zh }) => zh).join('、')}办理。`,
    en: `Your role may not do this. It is for: ${names.map(({ en }) => en).join(', ')}.`,
  }
  return { code: 'not-your-role', allowed: [...allowed], words }
}

/** Every role that there is under an edition, with those of the platform. */
export function rolesUnder({ roles }: Pick<Edition, 'roles'>): string[] {
  return [...roles.map(({ id }) => id), ...platformRoles]
}

/** Why a role may not do what is for those of some scopes, with the roles that may; nothing, if it may. */
export function refuseBeyond(
  edition: Pick<Edition, 'roles'>,
  actor: Pick<Actor, 'role'>,
  scopes: readonly Scope[],
): Refusal | undefined {
  const isWithin = (role: string) => scopes.some((scope) => scope === scopeOf(edition, { role }))
  return isWithin(actor.role) ? undefined : notForRole(edition, rolesUnder(edition).filter(isWithin))
}

/** Why a role of the platform may not do something beside the cases, with the roles that may; nothing, if it may. */
export function refuseOnPlatform(actor: Pick<Actor, 'role'>, what: PlatformAction): Refusal | undefined {
  return mayOnPlatform(actor, what) ? undefined : notForRole({ roles: [] }, platformRolesFor(what))
}

import type { Edition, Scope } from './edition.ts'

const ranks = { own: 1, assigned: 1, district: 2, all: 3 } as const satisfies Record<Scope, number>

/** How wide the view of a role is; nothing, if the edition does not know it. */
export function rankOf({ roles }: Pick<Edition, 'roles'>, role: string): number {
  const scope = roles.find(({ id }) => id === role)?.scope
  return scope ? ranks[scope] : 0
}

/** The authority above some officers: the roles of the next wider scope. None, above those who see everything. */
export function authorityAbove(edition: Pick<Edition, 'roles'>, officers: readonly string[]): string[] {
  const widest = Math.max(...officers.map((role) => rankOf(edition, role)))
  const wider = edition.roles.map(({ id }) => rankOf(edition, id)).filter((rank) => rank > widest)
  return edition.roles.map(({ id }) => id).filter((id) => rankOf(edition, id) === Math.min(...wider))
}

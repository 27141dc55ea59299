import type { Actor } from '../case/case.ts'
import type { Edition, Words } from './edition.ts'

/** The authority that a person acts for under an edition; null for an applicant, and for whoever belongs to the platform. */
export function bodyOf(
  { roles, bodies, authority }: Pick<Edition, 'roles' | 'bodies' | 'authority'>,
  { role, district }: Pick<Actor, 'role' | 'district'>,
): Words | null {
  const scope = roles.find(({ id }) => id === role)?.scope
  if (scope === 'all') return authority
  if (scope !== 'district' || district === undefined) return null
  const name = bodies.find((body) => body.name === district)?.fullName ?? district
  return { zh: name, en: name }
}

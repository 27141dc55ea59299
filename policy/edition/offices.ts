import { bodyOf } from './bodies.ts'
import type { Edition, Words } from './edition.ts'

/** What an edition says of those who act and answer. */
export type Offices = Pick<Edition, 'roles' | 'bodies' | 'authority' | 'notices'>

const platform: Words = { zh: '平台管理员', en: 'the administrator of the platform' }

/** Who acts in a role in a case of a district: an authority by its name, the applicant, or the platform. */
export function officeOf(
  edition: Offices,
  role: string,
  at: { district: string; enterprise: string },
): Words {
  const scope = edition.roles.find(({ id }) => id === role)?.scope
  if (scope === undefined) return platform
  if (scope === 'own') return { zh: at.enterprise, en: at.enterprise }
  const body = bodyOf(edition, { role, district: at.district }) ?? edition.authority
  return scope === 'all' ? body : filled(edition.notices?.office ?? { zh: '{}', en: '{}' }, body)
}

/** Whom to ask about what such an office does. */
export function contactOf({ bodies, notices }: Offices, office: Words, district: string | null): Words {
  const own = bodies.find(({ name }) => name === district)?.contact
  return own ?? filled(notices?.contact ?? { zh: '{}', en: '{}' }, office)
}

function filled({ zh, en }: Words, by: Words): Words {
  return { zh: zh.replaceAll('{}', by.zh), en: en.replaceAll('{}', by.en) }
}

import type { Words } from '../words/bilingual.ts'
import type { Edition } from './edition.ts'

/** The editions under which projects are filed; the first is meant where none is named. */
export type InForce = readonly [Edition, ...Edition[]]

/** Who acts and where: the roles and the bodies of one edition, or of all that are in force. */
export type Organisation = Pick<Edition, 'roles' | 'bodies'>

/** The roles and bodies of several editions, each once. */
export function organisationOf(editions: readonly Organisation[]): Organisation {
  return {
    roles: eachOnce(editions.flatMap(({ roles }) => roles)),
    bodies: eachOnce(editions.flatMap(({ bodies }) => bodies)),
  }
}

function eachOnce<T extends { id: string } | { name: string }>(all: readonly T[]): T[] {
  const byName = new Map<string, T>()
  for (const each of all) {
    const name = 'id' in each ? each.id : each.name
    if (!byName.has(name)) byName.set(name, each)
  }
  return [...byName.values()]
}

/**
 * Why editions cannot be in force together, in both languages: a person has one role and one body whichever case is looked at,
 * and a number names one certificate.
 */
export function findDisagreements(editions: readonly Edition[]): Words[] {
  return editions.flatMap((edition, at) =>
    editions.slice(0, at).flatMap((earlier) => disagreementsBetween(earlier, edition)),
  )
}

function disagreementsBetween(one: Edition, other: Edition): Words[] {
  const both = { zh: `${one.id} 与 ${other.id}`, en: `${one.id} and ${other.id}` }
  const found = (zh: string, en: string) => ({ zh: `${both.zh}：${zh}`, en: `${both.en}: ${en}` })
  if (one.id === other.id) return [found('是同一版规则', 'are the same edition')]
  return [
    ...(one.certificate.prefix === other.certificate.prefix
      ? [found('证书编号的前缀相同', 'number their certificates by the same prefix')]
      : []),
    ...one.roles.flatMap(({ id, scope }) =>
      other.roles.some((role) => role.id === id && role.scope !== scope)
        ? [found(`角色 ${id} 的范围不同`, `give the role ${id} different scopes`)]
        : [],
    ),
    ...one.bodies.flatMap(({ name, code }) =>
      other.bodies.some((body) => body.name === name && body.code !== code)
        ? [found(`${JSON.stringify(name)} 的代码不同`, `give ${JSON.stringify(name)} different codes`)]
        : [],
    ),
  ]
}

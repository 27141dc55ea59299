import type { Actor } from '../case/case.ts'
import type { Edition, Scope } from '../edition/edition.ts'
import { platformRoles, scopeOf } from './permissions.ts'

/** The ledgers of a history, in the order in which lines of one instant stand. */
export const kinds = ['engine', 'event', 'notice', 'operation', 'read'] as const
/** One of the ledgers of a history. */
export type Kind = (typeof kinds)[number]

/**
 * How much somebody sees of a ledger: nothing; what their own side did and was told, and no officer's name; all of it, with
 * names; besides, what proves it or says why it failed.
 */
export type Detail = 'none' | 'own' | 'named' | 'full'
/** What somebody sees of each ledger. */
export type Level = Record<Kind, Detail>

const officer = {
  engine: 'none',
  event: 'named',
  operation: 'none',
  notice: 'named',
  read: 'none',
} as const satisfies Level
const platform = {
  engine: 'full',
  event: 'full',
  operation: 'full',
  notice: 'full',
  read: 'full',
} as const satisfies Level

/** Who sees how much: by scope, and for the roles of the platform by role. */
export const levels = {
  own: { engine: 'none', event: 'own', operation: 'none', notice: 'own', read: 'none' },
  district: officer,
  all: officer,
  auditor: platform,
  administrator: platform,
} as const satisfies Record<Scope | (typeof platformRoles)[number], Level>

const nothing: Level = { engine: 'none', event: 'none', operation: 'none', notice: 'none', read: 'none' }

/** How much a person sees of the histories under an edition. */
export function levelOf(edition: Edition, actor: Pick<Actor, 'role'>): Level {
  const platformRole = platformRoles.find((role) => role === actor.role)
  const scope = platformRole ?? scopeOf(edition, actor)
  return scope === null ? nothing : levels[scope]
}

/** The ledgers of which a level shows anything. */
export function kindsOf(level: Level): Kind[] {
  return kinds.filter((kind) => level[kind] !== 'none')
}

/** The roles of an edition whose side is the applicant's. */
export function ownRolesOf({ roles }: Edition): string[] {
  return roles.filter(({ scope }) => scope === 'own').map(({ id }) => id)
}

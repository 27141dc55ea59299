import type { Actor } from '../case/case.ts'
import type { Edition, Scope } from '../edition/edition.ts'
import { platformRoles, scopeOf } from './scope.ts'

/** The ledgers of a history, in the order in which lines of one instant stand. */
export const ledgerKinds = ['engine', 'event', 'notice', 'operation', 'read'] as const
/** One of the ledgers of a history. */
export type LedgerKind = (typeof ledgerKinds)[number]

/**
 * How much somebody sees of a ledger: nothing; what their own side did and was told, and no officer's name; all of it, with
 * names; besides, what proves it or says why it failed.
 */
export type Detail = 'none' | 'own' | 'named' | 'full'
/** What somebody sees of each ledger. */
export type Visibility = Record<LedgerKind, Detail>

const officer = {
  engine: 'none',
  event: 'named',
  operation: 'none',
  notice: 'named',
  read: 'none',
} as const satisfies Visibility
const platform = {
  engine: 'full',
  event: 'full',
  operation: 'full',
  notice: 'full',
  read: 'full',
} as const satisfies Visibility

/** Who sees how much: by scope, and for the roles of the platform by role. */
export const visibilities = {
  own: { engine: 'none', event: 'own', operation: 'none', notice: 'own', read: 'none' },
  district: officer,
  assigned: officer,
  all: officer,
  auditor: platform,
  administrator: platform,
} as const satisfies Record<Scope | (typeof platformRoles)[number], Visibility>

const nothing: Visibility = { engine: 'none', event: 'none', operation: 'none', notice: 'none', read: 'none' }

/** How much a person sees of the histories under an edition. */
export function visibilityOf(edition: Edition, actor: Pick<Actor, 'role'>): Visibility {
  const platformRole = platformRoles.find((role) => role === actor.role)
  const scope = platformRole ?? scopeOf(edition, actor)
  return scope === null ? nothing : visibilities[scope]
}

/** The ledgers of which a visibility shows anything. */
export function visibleLedgers(visibility: Visibility): LedgerKind[] {
  return ledgerKinds.filter((kind) => visibility[kind] !== 'none')
}

/** The roles of an edition whose side is the applicant's. */
export function ownRolesOf({ roles }: Edition): string[] {
  return roles.filter(({ scope }) => scope === 'own').map(({ id }) => id)
}

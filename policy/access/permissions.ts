import type { Actor, Case, ProjectState } from '../case/case.ts'
import type { Edition, Scope, Stage } from '../edition/edition.ts'
import { eventRows, type EventType } from '../case/events.ts'
import type { Ground, Objection } from './objection.ts'
import type { Permission } from '../stages/event-row.ts'
import { kindOf } from '../stages/index.ts'
import { hasDecidedElsewhere, officersOf, partOf, takeoverOf } from './takeover.ts'

/** Roles of the platform itself: they see every case and decide none. */
export const platformRoles = ['auditor', 'administrator'] as const

/** What platform roles do beside the cases; `targets` and cases go by scope. */
const platformPermissions = {
  importEnterprise: ['administrator'],
  readEnterprise: ['administrator', 'auditor'],
  importCalendar: ['administrator'],
  readRollout: ['administrator', 'auditor'],
  readDeadLetters: ['administrator', 'auditor'],
  resendMessage: ['administrator'],
  readPeople: ['administrator', 'auditor'],
  removePerson: ['administrator'],
  readAnchors: ['administrator', 'auditor'],
  readReads: ['auditor'],
  readOperations: ['administrator', 'auditor'],
  operate: ['administrator'],
  readCaseFile: ['administrator', 'auditor'],
} as const satisfies Record<string, readonly (typeof platformRoles)[number][]>

/** Something that roles of the platform do beside the cases. */
export type PlatformDeed = keyof typeof platformPermissions

/** The roles of the platform that may do something beside the cases. */
export function platformRolesFor(what: PlatformDeed): readonly string[] {
  return platformPermissions[what]
}

/** Whether a role of the platform may do something beside the cases. */
export function mayOnPlatform(actor: Pick<Actor, 'role'>, what: PlatformDeed): boolean {
  return platformRolesFor(what).includes(actor.role)
}

/** What a person may see under an edition: all of it, one district's, one enterprise's, or nothing. */
export function scopeOf(edition: Edition, actor: Pick<Actor, 'role'>): Scope | null {
  if (platformRoles.some((role) => role === actor.role)) return 'all'
  return edition.roles.find(({ id }) => id === actor.role)?.scope ?? null
}

/** Whether a person may know that a case exists; for everyone else there is no such case. */
export function maySee(edition: Edition, { application }: Pick<Case, 'application'>, actor: Actor): boolean {
  switch (scopeOf(edition, actor)) {
    case 'all':
      return true
    case 'district':
      return actor.district === application.district
    case 'own':
      return actor.uscc === application.uscc
    case null:
      return false
  }
}

/** What stands against a person who sees a case doing this in this stage; nothing, if they may. */
export function findPersonObjection(
  edition: Edition,
  stage: Stage,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  type: EventType,
  actor: Actor,
): Objection | undefined {
  const { permission } = eventRows[type]
  const roles = rolesOf(edition, stage, state, permission.who)
  if (!roles.includes(actor.role))
    return { ground: 'role', refusal: { code: 'not-your-role', allowed: roles } }
  const ground = otherSideOf(permission, state.case, stage, actor.user)
  if (ground) return { ground, refusal: { code: 'four-eyes' } }
  return permission.claimant && state.case.claimedBy !== actor.user
    ? inHandsOf(state.case.claimedBy)
    : undefined
}

/** What stands against a person where another officer has the task in hand. */
export function inHandsOf(holder: string | null): Objection {
  return { ground: 'inOtherHands', refusal: { code: 'claimed-by-another', by: holder } }
}

/**
 * The roles in whose place somebody does this in a state: those of the officers who owe the task that a substitute works
 * on; nothing, where people do what is theirs.
 */
export function inPlaceOf(
  edition: Edition,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  type: EventType,
  { role }: Pick<Actor, 'role'>,
): string[] | undefined {
  if (eventRows[type].permission.who !== 'officers') return undefined
  const takeover = takeoverOf(edition, state)
  return takeover?.by.includes(role) ? takeover.duty.roles : undefined
}

function rolesOf(
  edition: Edition,
  stage: Stage,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  who: Permission['who'],
): string[] {
  const officers = officersOf(stage)
  const ofScope = (own: boolean) =>
    edition.roles.filter(({ scope }) => (scope === 'own') === own).map(({ id }) => id)
  switch (who) {
    case 'turn':
      return stage.by
    case 'officers':
      return [...officers, ...(takeoverOf(edition, state)?.by ?? [])]
    case 'parties':
      return kindOf(stage).parties?.(stage, state.case) ?? stage.by
    case 'asker':
      return kindOf(stage).askers?.(stage, state.case) ?? []
    case 'applicant':
      return ofScope(true)
    case 'anyOfficer':
      return ofScope(false)
  }
}

/** Has filed or asked for what they would decide, or decided another stage of what they would file or decide. */
function otherSideOf({ fourEyes }: Permission, kept: Case, stage: Stage, user: string): Ground | undefined {
  switch (fourEyes) {
    case 'decides':
      return partOf(kept, stage, user)
    case 'files':
      return hasDecidedElsewhere(kept, stage, user) ? 'hasDecided' : undefined
    case undefined:
      return undefined
  }
}

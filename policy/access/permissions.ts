import type { Actor, Case, ProjectState } from '../case/case.ts'
import type { Edition, Scope, Stage } from '../edition/edition.ts'
import { eventRows, type EventType } from '../case/events.ts'
import type { DenialReason, Denial } from './denial.ts'
import type { Permission } from '../stages/event-row.ts'
import { kindOf } from '../stages/index.ts'
import { taskOf } from '../case/assignments.ts'
import type { Duty } from '../time/duty.ts'
import type { platformRoles } from './scope.ts'
import { conflictOf, hasDecidedElsewhere, officersOf, takeoverOf } from './takeover.ts'

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
export type PlatformAction = keyof typeof platformPermissions

/** The roles of the platform that may do something beside the cases. */
export function platformRolesFor(what: PlatformAction): readonly string[] {
  return platformPermissions[what]
}

/** Whether a role of the platform may do something beside the cases. */
export function mayOnPlatform(actor: Pick<Actor, 'role'>, what: PlatformAction): boolean {
  return platformRolesFor(what).includes(actor.role)
}

/** What stands against a person who sees a case doing this in this stage; nothing, if they may. */
export function findPersonDenial(
  edition: Edition,
  stage: Stage,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  { type, actor, task }: { type: EventType; actor: Actor; task: Duty | undefined },
): Denial | undefined {
  const { permission } = eventRows[type]
  const roles = rolesOf(edition, stage, state, permission.who, task)
  if (!roles.includes(actor.role)) return roleDenial(roles)
  const reason = otherSideOf(permission, state.case, stage, { user: actor.user, part: task?.part ?? null })
  if (reason) return { reason, refusal: { code: 'four-eyes' } }
  const holder = task?.claimedBy ?? null
  return permission.claimant && holder !== actor.user ? inHandsOf(holder) : undefined
}

/** What stands against a person doing what any officer who sees a case may; nothing, if they are one. */
export function findOfficerDenial(edition: Edition, { role }: Pick<Actor, 'role'>): Denial | undefined {
  const roles = officerRoles(edition)
  return roles.includes(role) ? undefined : roleDenial(roles)
}

function roleDenial(allowed: string[]): Denial {
  return { reason: 'role', refusal: { code: 'not-your-role', allowed } }
}

function officerRoles(edition: Edition): string[] {
  return rolesByScope(edition, ['district', 'all'])
}

/** The roles of some scopes. */
function rolesByScope(edition: Edition, scopes: readonly Scope[]): string[] {
  return edition.roles.filter(({ scope }) => scopes.includes(scope)).map(({ id }) => id)
}

/** What stands against a person where another officer has the task in hand. */
export function inHandsOf(holder: string | null): Denial {
  return { reason: 'inOtherHands', refusal: { code: 'claimed-by-another', by: holder } }
}

/**
 * The roles in whose place somebody does this in a state: those of the officers who owe the task that a substitute works
 * on; nothing, where people do what is theirs.
 */
export function inPlaceOf(
  edition: Edition,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  { type, part, by: { role } }: { type: EventType; part?: string; by: Pick<Actor, 'role'> },
): string[] | undefined {
  if (eventRows[type].permission.who !== 'officers') return undefined
  const task = taskOf(edition, state, { part })
  const takeover = task && takeoverOf(edition, state, task)
  return takeover?.by.includes(role) ? takeover.duty.roles : undefined
}

function rolesOf(
  edition: Edition,
  stage: Stage,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  who: Permission['who'],
  task: Duty | undefined,
): string[] {
  switch (who) {
    case 'stageRoles':
      return stage.by
    case 'officers':
      return [
        ...officersOf(stage, task?.part ?? null),
        ...((task && takeoverOf(edition, state, task)?.by) ?? []),
      ]
    case 'parties':
      return kindOf(stage).parties?.(stage, state.case) ?? stage.by
    case 'asker':
      return kindOf(stage).askers?.(stage, state.case) ?? []
    case 'applicant':
      return rolesByScope(edition, ['own'])
    case 'anyOfficer':
      return officerRoles(edition)
  }
}

/** Has filed or asked for what they would decide, or decided another stage of what they would file or decide. */
function otherSideOf(
  { fourEyes }: Permission,
  kept: Case,
  stage: Stage,
  person: { user: string; part: string | null },
): DenialReason | undefined {
  switch (fourEyes) {
    case 'decides':
      return conflictOf(kept, stage, person)
    case 'files':
      return hasDecidedElsewhere(kept, stage, person) ? 'hasDecided' : undefined
    case undefined:
      return undefined
  }
}

import type { Actor, Case } from './case.ts'
import type { Edition, Scope, Stage } from './edition.ts'
import type { EventType } from './events.ts'
import type { Ground, Objection } from './objection.ts'

/** Roles of the platform itself: they see every case and decide none. */
export const platformRoles = ['auditor', 'administrator'] as const

type Permission = {
  /** Whoever's turn it is in the stage, its officers, both of them, the applicant at any stage, or any officer. */
  who: 'turn' | 'officers' | 'parties' | 'applicant' | 'anyOfficer'
  /** Two pairs of eyes: who decides has not filed or asked for it, who files has not decided, and nobody decides two stages. */
  fourEyes?: 'files' | 'decides'
  /** Only the officer who has claimed the task. */
  claimant?: true
}

const permissions = {
  completeAssessment: { who: 'turn', fourEyes: 'files' },
  amend: { who: 'turn', fourEyes: 'files' },
  submit: { who: 'turn', fourEyes: 'files' },
  resubmit: { who: 'turn', fourEyes: 'files' },
  withdraw: { who: 'applicant' },
  claim: { who: 'officers', fourEyes: 'decides' },
  // A colleague too, with a reason, so that no case waits for somebody who is ill.
  release: { who: 'officers' },
  approve: { who: 'officers', fourEyes: 'decides', claimant: true },
  return: { who: 'officers', fourEyes: 'decides', claimant: true },
  reject: { who: 'officers', fourEyes: 'decides', claimant: true },
  extendTime: { who: 'officers', claimant: true },
  suspend: { who: 'officers', claimant: true },
  resume: { who: 'officers' },
  urge: { who: 'anyOfficer' },
  report: { who: 'turn' },
  complete: { who: 'turn' },
  explainOverdue: { who: 'turn' },
  requestExtension: { who: 'turn' },
  respond: { who: 'turn' },
  requestRevocation: { who: 'parties' },
  grantExtension: { who: 'officers', fourEyes: 'decides', claimant: true },
  refuseExtension: { who: 'officers', fourEyes: 'decides', claimant: true },
  revoke: { who: 'officers', fourEyes: 'decides', claimant: true },
  refuseRevocation: { who: 'officers', fourEyes: 'decides', claimant: true },
} as const satisfies Record<EventType, Permission>

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

/** Whether a role of the platform may do something beside the cases. */
export function mayOnPlatform(actor: Pick<Actor, 'role'>, what: keyof typeof platformPermissions): boolean {
  return platformPermissions[what].some((role) => role === actor.role)
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

/** Whether a role files applications under an edition. */
export function mayFile(edition: Edition, actor: Actor): boolean {
  return scopeOf(edition, actor) === 'own' && actor.uscc !== undefined
}

/** What stands against a person who sees a case doing this in this stage; nothing, if they may. */
export function findPersonObjection(
  edition: Edition,
  stage: Stage,
  kept: Case,
  type: EventType,
  actor: Actor,
): Objection | undefined {
  const permission: Permission = permissions[type]
  const roles = rolesOf(edition, stage, permission.who)
  if (!roles.includes(actor.role))
    return { ground: 'role', refusal: { code: 'not-your-role', allowed: roles } }
  const ground = otherSideOf(permission, kept, stage, actor.user)
  if (ground) return { ground, refusal: { code: 'four-eyes' } }
  return permission.claimant && kept.claimedBy !== actor.user ? inHandsOf(kept.claimedBy) : undefined
}

/** What stands against a person where another officer has the task in hand. */
export function inHandsOf(holder: string | null): Objection {
  return { ground: 'inOtherHands', refusal: { code: 'claimed-by-another', by: holder } }
}

function rolesOf({ roles }: Edition, stage: Stage, who: Permission['who']): string[] {
  const officers = stage.kind === 'supervision' ? stage.officers : stage.by
  const ofScope = (own: boolean) => roles.filter(({ scope }) => (scope === 'own') === own).map(({ id }) => id)
  switch (who) {
    case 'turn':
      return stage.by
    case 'officers':
      return officers
    case 'parties':
      return [...new Set([...stage.by, ...officers])]
    case 'applicant':
      return ofScope(true)
    case 'anyOfficer':
      return ofScope(false)
  }
}

/**
 * Has filed or asked for what they would decide, or decided another stage of it (domain: four eyes). A certified project
 * is supervised by those who verified it, too.
 */
function otherSideOf(
  { fourEyes }: Permission,
  { filers, decisions, supervision }: Case,
  stage: Stage,
  user: string,
): Ground | undefined {
  if (!fourEyes) return undefined
  if (fourEyes === 'decides' && filers.includes(user)) return 'hasFiled'
  if (stage.kind === 'supervision') return supervision?.request?.by === user ? 'hasAsked' : undefined
  const hasDecided = decisions.some((decision) => decision.user === user && decision.stage !== stage.id)
  return hasDecided ? 'hasDecided' : undefined
}

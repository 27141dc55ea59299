import type { StateValue } from 'xstate'
import type { Application, Enterprise } from './application.ts'
import type { Facts } from './conditions.ts'
import type { Edition } from './edition.ts'
import { assessEligibility } from './eligibility.ts'
import type { ProjectEvent, TimeEvent } from './events.ts'

/** A person as the case knows them: who, in which role, of which body or enterprise. */
export type Actor = { user: string; role: string; district?: string | undefined; uscc?: string | undefined }

/** What a case remembers beside its state; plain JSON, the context of the machine. */
export type Case = {
  enterprise: Enterprise
  application: Application
  /** Rules that the standard leaves to an officer's judgement for this application. */
  judgements: string[]
  assessment: { score: number; level: number } | null
  /** Who filed, measured, submitted or corrected it: they decide nothing here. */
  filers: string[]
  /** The officer who has the task in hand. */
  claimedBy: string | null
  /** Reviews passed by the application as it stands now. */
  approvals: string[]
  /** Every decision ever taken, also on earlier forms of the application. */
  decisions: { stage: string; user: string }[]
}

/** A date that somebody must keep. */
export type Deadline = {
  task: string
  dueOn: string
  /** The calendar does not reach that far yet: the date may move. */
  provisional: boolean
  overdue: boolean
  /** When the case ends by itself, if nothing happens. */
  lapsesOn?: string
}

/** All that a project is between two events; plain JSON. */
export type ProjectState = {
  /** Counts the events since the filing, which is 1. */
  revision: number
  value: StateValue
  done: boolean
  case: Case
  deadlines: Deadline[]
  /** Days left on clocks that stand still, by stage. */
  paused: Record<string, number>
}

/** An event as the machine sees it: with the person, if there is one. */
export type CaseEvent = (ProjectEvent & { by: Actor }) | TimeEvent

/** The line that an event leaves in the business history. */
export type HistoryEntry = {
  revision: number
  type: CaseEvent['type'] | 'file'
  by: Actor | null
  /** The day in Shanghai. */
  on: string
  from: StateValue | null
  to: StateValue
  /** What came with the event, but for the application. */
  payload: Record<string, unknown>
  /** Where the notice speaks of the stage. */
  article: string
}

/** The phase: the stage or end that a state belongs to. */
export function phaseOf(value: StateValue): string {
  return typeof value === 'string' ? value : (Object.keys(value)[0] ?? '')
}

/** What a case remembers of an event that took place in a stage. */
export function remember(edition: Edition, kept: Case, event: CaseEvent, stage: string): Case {
  switch (event.type) {
    case 'completeAssessment':
      return { ...filedBy(kept, event.by), assessment: { score: event.score, level: event.level } }
    case 'claim':
      return { ...kept, claimedBy: event.by.user }
    case 'approve':
      return { ...decided(kept, event.by, stage), approvals: [...kept.approvals, stage] }
    case 'return':
      return { ...decided(kept, event.by, stage), approvals: approvalsBefore(edition, kept, stage) }
    case 'reject':
      return decided(kept, event.by, stage)
    case 'resubmit':
      return filedBy(corrected(edition, kept, event.application), event.by)
    case 'release':
    case 'withdraw':
      return { ...kept, claimedBy: null }
    case 'submit':
      return filedBy(kept, event.by)
    case 'overdue':
    case 'lapse':
      return kept
  }
}

/** The case with another form of its application: no approval of the earlier form counts, judgements are asked anew. */
export function corrected(edition: Edition, kept: Case, application: Application): Case {
  const judgements = assessEligibility(edition, factsOf({ ...kept, application }))
    .findings.filter(({ ok }) => ok === null)
    .map(({ rule }) => rule)
  return { ...kept, application, judgements, approvals: [] }
}

/**
 * What a filed case says of itself: its district is one of the authority's own, and the same project is not certified,
 * because the keys of a certified project stay taken (三（三）).
 */
export function factsOf({ application, enterprise }: Pick<Case, 'application' | 'enterprise'>): Facts {
  return { application, enterprise, implementedInCity: true, certifiedBefore: false }
}

function decided(kept: Case, { user }: Actor, stage: string): Case {
  return { ...kept, claimedBy: null, decisions: [...kept.decisions, { stage, user }] }
}

function approvalsBefore(edition: Edition, { approvals }: Case, stage: string): string[] {
  const order = edition.stages.map(({ id }) => id)
  const returned = edition.stages.find(({ id }) => id === stage)
  const target = edition.stages.find(({ id }) => returned?.kind === 'review' && id === returned.returnTo)
  if (!target || target.kind === 'correction') return []
  return approvals.filter((approved) => order.indexOf(approved) < order.indexOf(target.id))
}

function filedBy(kept: Case, { user }: Actor): Case {
  return { ...kept, filers: [...new Set([...kept.filers, user])] }
}

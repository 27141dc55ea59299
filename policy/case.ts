import type { StateValue } from 'xstate'
import type { Application, Enterprise } from './application.ts'
import type { Calendar } from './calendar.ts'
import { withFindings, type CaseFinding } from './case-findings.ts'
import type { Facts } from './conditions.ts'
import type { Edition, StageOf } from './edition.ts'
import { assessEligibility } from './eligibility.ts'
import { bringsForm, eventRows, type Actor, type CaseEvent, type EntryType } from './events.ts'
import { rememberSupervision } from './remember-supervision.ts'
import { takesBackWaiting } from './requests.ts'
import { openSupervision, supervisionOf, type Supervision } from './supervision.ts'

export type { Actor, CaseEvent } from './events.ts'
export { phaseOf } from './phase.ts'

/** What a case remembers beside its state; plain JSON, the context of the machine. */
export type Case = {
  enterprise: Enterprise
  application: Application
  /** Rules that the standard leaves to an officer's judgement for this application. */
  judgements: string[]
  assessment: { score: number; level: number } | null
  /** Who filed, measured, submitted or corrected it: they decide nothing here. */
  filers: string[]
  /** When the applicant last filed or submitted it: what it asked for by then, it asked for in time. */
  askedOn: string
  /** Everyone who has done anything to it, in each role in which they have. */
  participants: Pick<Actor, 'user' | 'role'>[]
  /** The officer who has the task in hand. */
  claimedBy: string | null
  /** Reviews passed by the application as it stands now. */
  approvals: string[]
  /** Every decision ever taken, also on earlier forms of the application. */
  decisions: { stage: string; user: string }[]
  /** The reviews whose officer has taken longer already. */
  extended?: string[]
  /** What is unlikely in what was stated, oldest first; nothing, if nothing is. */
  findings?: CaseFinding[]
  /** What a certified project owes and has done; nothing before. */
  supervision?: Supervision
}

/** A task of a case that is open. */
export type OpenTask = {
  task: string
  /** The period that a report is for. */
  period: string | null
  /** The revision that opened it, and the day. */
  entry: number
  on: string
}

/** Whether two things are about the same task and, for a report, the same period. */
export function isSameTask(
  a: Pick<OpenTask, 'task' | 'period'>,
  b: Pick<OpenTask, 'task' | 'period'>,
): boolean {
  return a.task === b.task && a.period === b.period
}

/** A date that somebody must keep. */
export type Deadline = {
  task: string
  period: string | null
  /** The revision that opened the task. */
  entry: number
  /** The day from which the clock runs, and its length in the unit of the rule; null where the date itself is given. */
  since: string
  days: number | null
  unit: 'workingDays' | 'calendarDays'
  /** Where the rule stands. */
  article: string
  dueOn: string
  /** The date that was given, where a hold or a day off has made it later. */
  given?: string
  /** The last day of the period, where it is a day off: the next working day takes its place. */
  dayOff?: string
  /** The calendar does not reach that far yet: the date may move. */
  provisional: boolean
  overdue: boolean
  /** When the task ends by itself, if nothing happens. */
  lapsesOn?: string
  /** Everybody has been told what there was to tell up to this day. */
  toldThrough: string
}

/** A due date that an event set, moved or ended, and why. */
export type DeadlineChange = {
  task: string
  period: string | null
  why: 'opened' | 'closed' | 'stopped' | 'resumed' | 'extended' | 'granted' | 'calendar'
  from: string | null
  to: string | null
  /** Days added, in the unit of the rule; null where there is nothing to compare. */
  days: number | null
  unit: 'workingDays' | 'calendarDays'
  article: string
}

/** A clock that stands still because the case is held: its deadline, and the days that were left until it and until its lapse. */
export type HeldClock = { deadline: Deadline; left: number; leftToLapse: number | null }

/** A case that an operator holds: nobody can do anything, and no clock runs. */
export type Hold = { on: string; clocks: HeldClock[] }

/** All that a project is between two events; plain JSON. */
export type ProjectState = {
  /** Counts the events since the filing, which is 1. */
  revision: number
  value: StateValue
  done: boolean
  case: Case
  tasks: OpenTask[]
  deadlines: Deadline[]
  /** Days left on clocks that stand still, by task. */
  paused: Record<string, number>
  /** The day on which an officer last urged. */
  urgedOn?: string
  /** Set while an operator holds the case. */
  held?: Hold
}

/** The line that an event leaves in the business history. */
export type HistoryEntry = {
  revision: number
  type: EntryType
  by: Actor | null
  /** The day in Shanghai. */
  on: string
  from: StateValue | null
  to: StateValue
  /** What came with the event, but for the application; `inPlaceOf` names the roles in whose place a substitute acted. */
  payload: Record<string, unknown>
  /** Where the notice speaks of the stage. */
  article: string
  /** Due dates that it set, moved or ended. */
  deadlines: DeadlineChange[]
}

/** What a case remembers of an event that took place in a stage on a day; reports go by the calendar of those who owe them. */
export function remember(edition: Edition, kept: Case, event: CaseEvent, place: Place): Case {
  return withFindings(kept, rememberEvent(edition, kept, event, place), event, place.on)
}

function rememberEvent(edition: Edition, kept: Case, event: CaseEvent, { stage, on, calendar }: Place): Case {
  const supervisor = supervisionOf(edition)
  const { supervision } = kept
  const held = inHand(withParticipant(kept, event), event, supervisor)
  if (!supervision || supervisor?.id !== stage) return rememberReview(edition, held, event, { stage, on })
  const promised = kept.application.effects
  const reporting = { stage: supervisor, calendar }
  return { ...held, supervision: rememberSupervision(reporting, supervision, event, { on, promised }) }
}

/** The case as it enters the library on a day, with what it owes from now on. */
export function certified(kept: Case, on: string): Case {
  return {
    ...kept,
    claimedBy: null,
    supervision: openSupervision(kept.application.completeOn, on, kept.askedOn),
  }
}

type Place = { stage: string; on: string; calendar: Calendar }

function rememberReview(
  edition: Edition,
  kept: Case,
  event: CaseEvent,
  { stage, on }: Pick<Place, 'stage' | 'on'>,
): Case {
  if (event.type === 'completeAssessment')
    return { ...filedBy(kept, event.by), assessment: { score: event.score, level: event.level } }
  if (event.type === 'submit') return { ...filedBy(kept, event.by), askedOn: on }
  if (bringsForm(event)) return filedBy(corrected(edition, kept, event.application), event.by)
  if (event.type === 'approve')
    return { ...decided(kept, event.by, stage), approvals: [...kept.approvals, stage] }
  if (event.type === 'return')
    return { ...decided(kept, event.by, stage), approvals: approvalsBefore(edition, kept, stage) }
  if (event.type === 'reject') return decided(kept, event.by, stage)
  if (event.type === 'extendTime') return { ...kept, extended: [...(kept.extended ?? []), stage] }
  return kept
}

function withParticipant(kept: Case, event: CaseEvent): Case {
  if (!('by' in event)) return kept
  const { user, role } = event.by
  const isKnown = kept.participants.some((each) => each.user === user && each.role === role)
  return isKnown ? kept : { ...kept, participants: [...kept.participants, { user, role }] }
}

/** The case with the officer who has its task in hand after an event; time takes it from nobody. */
function inHand(kept: Case, event: CaseEvent, supervisor: StageOf<'supervision'> | undefined): Case {
  const { supervision } = kept
  const hand = 'by' in event ? eventRows[event.type].holder : 'keeps'
  const isStillDecided =
    supervision?.request?.kind === 'revocation' &&
    (event.type === 'complete' || (supervisor && takesBackWaiting(supervisor, supervision, event)))
  if (hand === 'keeps' || isStillDecided) return kept
  return { ...kept, claimedBy: hand === 'takes' && 'by' in event ? event.by.user : null }
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
  return { ...kept, decisions: [...kept.decisions, { stage, user }] }
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

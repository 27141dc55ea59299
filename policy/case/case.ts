import type { StateValue } from 'xstate'
import type { Application, Enterprise } from '../edition/application.ts'
import type { CaseFinding } from './case-findings.ts'
import type { Actor, EntryType } from './events.ts'
import type { Commission } from '../stages/report/commissions.ts'
import type { Vote } from '../stages/joint-review/votes.ts'
import type { Supervision } from '../stages/supervision/kept.ts'
import type { Duration } from '../time/calendar.ts'
import type { HeldTime } from './held-time.ts'

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
  /** Who has which task in hand. */
  assignments: Assignment[]
  /** Every decision ever taken, also on earlier forms of the application. */
  decisions: { stage: string; part: string | null; user: string }[]
  /** The stage that the case came from; none yet, where it was filed. */
  sender?: string
  /** How long what is owed in a stage may take, where the route that led there says so. */
  within?: { stage: string } & Duration
  /** When an operator held the case, oldest first: such days count towards no date. */
  holds?: HeldTime[]
  /** The reviews whose officer has taken longer already. */
  extended?: string[]
  /** What the bodies of a joint review have answered so far. */
  votes?: Vote[]
  /** Whom those who commission a report have named so far. */
  commissions?: Commission[]
  /** What is unlikely in what was stated, oldest first; nothing, if nothing is. */
  findings?: CaseFinding[]
  /** What a certified project owes and has done; nothing before. */
  supervision?: Supervision
}

/** What names a task: its stage, or what is owed in one, and the part of it that somebody owes. */
export type TaskName = { task: string; part: string | null }

/** A task of a case that is open. */
export type OpenTask = {
  task: string
  /** What of the task it is: the period of a report, a body of a joint review. */
  part: string | null
  /** The revision that opened it, and the day. */
  entry: number
  on: string
}

/** Whether two things are about the same task and the same part of it. */
export function isSameTask(a: Pick<OpenTask, 'task' | 'part'>, b: Pick<OpenTask, 'task' | 'part'>): boolean {
  return a.task === b.task && a.part === b.part
}

/** The one of some tasks, or of what is said of them, that is of a task. */
export function findTask<T extends Pick<OpenTask, 'task' | 'part'>>(
  list: readonly T[],
  sought: Pick<OpenTask, 'task' | 'part'>,
): T | undefined {
  return list.find((each) => isSameTask(each, sought))
}

/** A task, or a part of one, that somebody has in hand: claimed, or handed to them. */
export type Assignment = TaskName & { user: string }

/** Who has a task in hand; nobody, if null. */
export function assigneeOf({ assignments }: Pick<Case, 'assignments'>, task: TaskName): string | null {
  return findTask(assignments, task)?.user ?? null
}

/** A date that somebody must keep. */
export type Deadline = {
  task: string
  part: string | null
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
  remindedThrough: string
}

/** A due date that an event set, moved or ended, and why. */
export type DeadlineChange = {
  task: string
  part: string | null
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

/** A clock that stands still while its task is closed, or suspended, and the days that were left of it. */
export type PausedClock = TaskName & { left: number }

/** A case that an operator holds: nobody can do anything, and no clock runs. */
export type Hold = { on: string; clocks: HeldClock[] }

/** All that a project is between two events; plain JSON. */
export type ProjectState = {
  /** Counts the events since the filing, which is 1. */
  revision: number
  /** The last revision that changed anything; only notes have come after it. */
  changedAt: number
  value: StateValue
  done: boolean
  case: Case
  tasks: OpenTask[]
  deadlines: Deadline[]
  /** Days left on clocks that stand still. */
  paused: PausedClock[]
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

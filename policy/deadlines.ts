import { addDuration, daysBetween, type Calendar, type Duration } from './calendar.ts'
import { phaseOf, type Deadline, type ProjectState } from './case.ts'
import { endOfDay } from './dates.ts'
import type { Edition, Stage, StageOf } from './edition.ts'
import type { TimeEvent } from './events.ts'

type Clocks = Pick<ProjectState, 'deadlines' | 'paused'>

/**
 * The deadlines after a step from one phase to another on a day. A review's clock stands still while a case that it
 * returned is elsewhere, and goes on with the days that were left.
 */
export function deadlinesAfter(
  { edition, calendar }: { edition: Edition; calendar: Calendar },
  before: Clocks & { phase: string | null },
  after: { phase: string; on: string; returned: boolean },
): Clocks {
  if (before.phase === after.phase) return { deadlines: before.deadlines, paused: before.paused }
  const paused = { ...before.paused }
  const left = before.deadlines.find(({ task }) => task === before.phase)
  if (left && after.returned)
    paused[left.task] = daysBetween(calendar, unitOf(edition, left.task), after.on, left.dueOn)
  else if (before.phase) delete paused[before.phase]
  const stage = edition.stages.find(({ id }) => id === after.phase)
  const deadline =
    stage && hasClock(stage) ? openDeadline(calendar, stage, after.on, paused[stage.id]) : undefined
  return { deadlines: deadline ? [deadline] : [], paused }
}

/** The next instant (milliseconds since 1970) at which a deadline has something to say; never, if there is none. */
export function nextWake({ deadlines }: Pick<ProjectState, 'deadlines'>): number {
  return Math.min(...deadlines.map(wakeOf))
}

/** What the passing of time up to an instant does to a case, one event at a time; nothing, if nothing is due. */
export function dueEvent(state: ProjectState, nowMs: number): TimeEvent | undefined {
  const due = state.deadlines.find((deadline) => wakeOf(deadline) <= nowMs)
  return due && { type: due.overdue ? 'lapse' : 'overdue' }
}

/** The state with the deadline of its phase marked as missed. */
export function markOverdue(state: ProjectState): ProjectState {
  const phase = phaseOf(state.value)
  return {
    ...state,
    deadlines: state.deadlines.map((deadline) =>
      deadline.task === phase ? { ...deadline, overdue: true } : deadline,
    ),
  }
}

type TimedStage = StageOf<'review'> | StageOf<'correction'>

function hasClock(stage: Stage): stage is TimedStage & { deadline: NonNullable<TimedStage['deadline']> } {
  return 'deadline' in stage && stage.deadline !== undefined
}

function unitOf(edition: Edition, task: string): Duration['unit'] {
  const stage = edition.stages.find(({ id }) => id === task)
  return stage && hasClock(stage) ? stage.deadline.unit : 'workingDays'
}

function openDeadline(
  calendar: Calendar,
  stage: TimedStage & { deadline: NonNullable<TimedStage['deadline']> },
  on: string,
  daysLeft: number | undefined,
): Deadline {
  const { unit, days } = stage.deadline
  const due = addDuration(calendar, on, { unit, days: daysLeft ?? days })
  const lapse = stage.kind === 'correction' ? stage.lapse : undefined
  return {
    task: stage.id,
    ...due,
    overdue: false,
    ...(lapse && { lapsesOn: addDuration(calendar, due.dueOn, lapse).dueOn }),
  }
}

function wakeOf({ dueOn, overdue, lapsesOn }: Deadline): number {
  if (!overdue) return endOfDay(dueOn)
  return lapsesOn === undefined ? Infinity : endOfDay(lapsesOn)
}

import { countDays, runsUntil } from '../time/calendar.ts'
import type { Deadline, DeadlineChange, HeldClock, Hold, ProjectState } from './case.ts'
import { daysUntil, redated } from '../time/clock-dates.ts'
import { withRuleOfDaysOff } from '../time/deadline-changes.ts'
import { deadlinesAfter, dutyBehind } from '../time/deadlines.ts'
import { calendarOf, type DeadlineContext } from '../time/deadline-context.ts'

type HeldState = Pick<ProjectState, 'value' | 'case' | 'deadlines' | 'held'>
type HeldDeadlines = { deadlines: Deadline[]; changes: DeadlineChange[] }

/** Holds every clock of a case from a day on; what has been missed already stays missed. */
export function holdClocks(
  context: DeadlineContext,
  state: HeldState,
  on: string,
): HeldDeadlines & { held: Hold } {
  const clocks = state.deadlines.map((deadline): HeldClock => {
    const calendar = calendarFor(context, state, deadline)
    const { lapsesOn, unit } = deadline
    return {
      deadline,
      left: daysUntil(calendar, deadline, on),
      leftToLapse: lapsesOn === undefined ? null : countDays(calendar, unit, on, lapsesOn),
    }
  })
  const changes = clocks.map(({ deadline }) => changeOf(deadline, 'stopped', null))
  return { held: { on, clocks }, deadlines: [], changes }
}

/**
 * Lets the clocks of a held case go on from a day with the days that were left, and opens the reports whose periods have
 * begun meanwhile; the case remembers when it was held.
 */
export function endHold(context: DeadlineContext, state: ProjectState, on: string) {
  const { clocks, on: from } = state.held ?? { clocks: [], on }
  const held = { from, to: on }
  const kept = { ...state.case, holds: [...(state.case.holds ?? []), held] }
  const deadlines = clocks.map((clock) => goOn(context, { ...state, case: kept }, clock, on))
  const resumed = deadlines.map((deadline) => changeOf(deadline, 'resumed', deadline.dueOn))
  const after = {
    value: state.value,
    case: kept,
    revision: state.revision + 1,
    on,
    event: null,
    keepsClock: false,
  }
  const { changes, ...rest } = deadlinesAfter(context, { ...state, deadlines }, after)
  return { ...rest, case: kept, changes: [...resumed, ...changes] }
}

function goOn(
  context: DeadlineContext,
  state: HeldState,
  { deadline, left, leftToLapse }: HeldClock,
  on: string,
): Deadline {
  const duty = dutyBehind(context, state, deadline)
  const reminded = { ...deadline, remindedThrough: on }
  if (!duty) return reminded
  const running = deadline.days === null ? reminded : { ...reminded, since: on, days: left }
  const going = deadline.overdue ? reminded : redated(context, duty, running, state.case)
  // What lapses on its due date has that date alone.
  if (leftToLapse === null || duty.lapse === 'atDue') return going
  const { unit } = deadline
  return {
    ...going,
    lapsesOn: runsUntil(calendarOf(context, duty.roles), on, { days: leftToLapse, unit }).dueOn,
  }
}

function calendarFor(context: DeadlineContext, state: HeldState, deadline: Deadline) {
  return calendarOf(context, dutyBehind(context, state, deadline)?.roles ?? [])
}

function changeOf(
  { task, part, dueOn, unit, article, dayOff }: Deadline,
  why: 'stopped' | 'resumed',
  to: string | null,
): DeadlineChange {
  const rule = to === null ? article : withRuleOfDaysOff(article, dayOff)
  return { task, part, why, from: to === null ? dueOn : null, to, days: null, unit, article: rule }
}

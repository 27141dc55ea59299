import { countDays, runsUntil } from '../time/calendar.ts'
import type { Case, Deadline, DeadlineChange, HeldClock, Hold, ProjectState } from './case.ts'
import { daysUntil, redated } from '../time/clock-dates.ts'
import { withRuleOfDaysOff } from '../time/deadline-changes.ts'
import { deadlinesAfter, dutyBehind } from '../time/deadlines.ts'
import type { HeldTime } from './held-time.ts'
import { calendarOf, type Timekeeper } from '../time/timekeeper.ts'

type Standing = Pick<ProjectState, 'value' | 'case' | 'deadlines' | 'held'>
type Moved = { deadlines: Deadline[]; changes: DeadlineChange[] }

/** Stops every clock of a case on a day; what has been missed already stays missed. */
export function stopClocks(keeper: Timekeeper, state: Standing, on: string): Moved & { held: Hold } {
  const clocks = state.deadlines.map((deadline): HeldClock => {
    const calendar = calendarFor(keeper, state, deadline)
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
export function restartClocks(keeper: Timekeeper, state: ProjectState, on: string) {
  const { clocks, on: from } = state.held ?? { clocks: [], on }
  const held = { from, to: on }
  const kept = rememberHold(state.case, held)
  const deadlines = clocks.map((clock) => goOn(keeper, { ...state, case: kept }, clock, on))
  const resumed = deadlines.map((deadline) => changeOf(deadline, 'resumed', deadline.dueOn))
  const after = { value: state.value, case: kept, revision: state.revision + 1, on, event: null }
  const { changes, ...standing } = deadlinesAfter(keeper, { ...state, deadlines }, after)
  return { ...standing, case: kept, changes: [...resumed, ...changes] }
}

function rememberHold({ supervision, ...kept }: Case, held: HeldTime): Case {
  return supervision
    ? { ...kept, supervision: { ...supervision, holds: [...(supervision.holds ?? []), held] } }
    : kept
}

function goOn(
  keeper: Timekeeper,
  state: Standing,
  { deadline, left, leftToLapse }: HeldClock,
  on: string,
): Deadline {
  const duty = dutyBehind(keeper, state, deadline)
  const told = { ...deadline, toldThrough: on }
  if (!duty) return told
  const running = deadline.days === null ? told : { ...told, since: on, days: left }
  const going = deadline.overdue ? told : redated(keeper, duty, running, state.case)
  // What lapses on its due date has that date alone.
  if (leftToLapse === null || duty.lapse === 'atDue') return going
  const { unit } = deadline
  return {
    ...going,
    lapsesOn: runsUntil(calendarOf(keeper, duty.roles), on, { days: leftToLapse, unit }).dueOn,
  }
}

function calendarFor(keeper: Timekeeper, state: Standing, deadline: Deadline) {
  return calendarOf(keeper, dutyBehind(keeper, state, deadline)?.roles ?? [])
}

function changeOf(
  { task, period, dueOn, unit, article, dayOff }: Deadline,
  why: 'stopped' | 'resumed',
  to: string | null,
): DeadlineChange {
  const rule = to === null ? article : withRuleOfDaysOff(article, dayOff)
  return { task, period, why, from: to === null ? dueOn : null, to, days: null, unit, article: rule }
}

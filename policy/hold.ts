import { addDuration, countDays } from './calendar.ts'
import type { Deadline, DeadlineChange, HeldClock, Hold, ProjectState } from './case.ts'
import { addDays, daysFrom } from './dates.ts'
import { calendarOf, dutyBehind, type Timekeeper } from './deadlines.ts'

type Standing = Pick<ProjectState, 'value' | 'case' | 'deadlines' | 'held'>
type Moved = { deadlines: Deadline[]; changes: DeadlineChange[] }

/** Stops every clock of a case on a day; what has been missed already stays missed. */
export function stopClocks(keeper: Timekeeper, state: Standing, on: string): Moved & { held: Hold } {
  const clocks = state.deadlines.map((deadline): HeldClock => {
    const daysUntil = (date: string) =>
      countDays(calendarFor(keeper, state, deadline), deadline.unit, on, date)
    const { dueOn, lapsesOn } = deadline
    return {
      deadline,
      left: daysUntil(dueOn),
      leftToLapse: lapsesOn === undefined ? null : daysUntil(lapsesOn),
    }
  })
  const changes = clocks.map(({ deadline }) => changeOf(deadline, 'stopped', null))
  return { held: { on, clocks }, deadlines: [], changes }
}

/** Lets the clocks of a held case go on from a day with the days that were left; a date that was given comes as much later. */
export function restartClocks(keeper: Timekeeper, state: Standing, on: string): Moved {
  const { clocks, on: since } = state.held ?? { clocks: [], on }
  const deadlines = clocks.map((clock) => goOn(keeper, state, clock, { since, on }))
  return { deadlines, changes: deadlines.map((deadline) => changeOf(deadline, 'resumed', deadline.dueOn)) }
}

function goOn(
  keeper: Timekeeper,
  state: Standing,
  { deadline, left, leftToLapse }: HeldClock,
  { since, on }: { since: string; on: string },
): Deadline {
  const calendar = calendarFor(keeper, state, deadline)
  const after = (days: number) => addDuration(calendar, on, { days, unit: deadline.unit })
  const lapse = leftToLapse === null ? {} : { lapsesOn: after(leftToLapse).dueOn }
  const told = { ...deadline, ...lapse, toldThrough: on }
  if (deadline.overdue) return told
  if (deadline.days !== null) return { ...told, ...after(left), since: on, days: left }
  const given = deadline.given ?? deadline.dueOn
  return { ...told, given, dueOn: addDays(deadline.dueOn, daysFrom(since, on)) }
}

function calendarFor(keeper: Timekeeper, state: Standing, deadline: Deadline) {
  return calendarOf(keeper, dutyBehind(keeper, state, deadline)?.roles ?? [])
}

function changeOf(
  { task, period, dueOn, unit, article }: Deadline,
  why: 'stopped' | 'resumed',
  to: string | null,
): DeadlineChange {
  return { task, period, why, from: to === null ? dueOn : null, to, days: null, unit, article }
}

import { countDays, runsUntil } from './calendar.ts'
import type { Case, Deadline, DeadlineChange, HeldClock, Hold, ProjectState } from './case.ts'
import { calendarOf, deadlinesAfter, dutyBehind, type Timekeeper } from './deadlines.ts'
import { laterByHolds, type HeldTime } from './held-time.ts'

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

/**
 * Lets the clocks of a held case go on from a day with the days that were left, and opens the reports whose periods have
 * begun meanwhile; the case remembers when it was held.
 */
export function restartClocks(keeper: Timekeeper, state: ProjectState, on: string) {
  const { clocks, on: from } = state.held ?? { clocks: [], on }
  const held = { from, to: on }
  const deadlines = clocks.map((clock) => goOn(keeper, state, clock, held))
  const resumed = deadlines.map((deadline) => changeOf(deadline, 'resumed', deadline.dueOn))
  const kept = rememberHold(state.case, held)
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
  held: HeldTime,
): Deadline {
  const { to: on } = held
  const { unit, dueOn } = deadline
  const duty = dutyBehind(keeper, state, deadline)
  const after = (days: number) => runsUntil(calendarOf(keeper, duty?.roles ?? []), on, { days, unit })
  const lapse = leftToLapse === null ? {} : { lapsesOn: after(leftToLapse).dueOn }
  const told = { ...deadline, ...lapse, toldThrough: on }
  if (deadline.overdue) return told
  if (deadline.days !== null) return { ...told, ...after(left), since: on, days: left }
  const from = duty?.clock?.kind === 'date' ? duty.clock.from : deadline.since
  return { ...told, given: deadline.given ?? dueOn, dueOn: laterByHolds({ from, dueOn }, [held]) }
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

import { countDays, isBeyond, lastDayByCalendar, runsUntil, type Calendar } from './calendar.ts'
import type { Case, Deadline } from '../case/case.ts'
import { addDays } from './dates.ts'
import type { Duty } from './duties.ts'
import { laterByHolds, type GivenDate } from '../case/held-time.ts'
import { calendarOf, type Timekeeper } from './timekeeper.ts'

/** Where a clock leads: what of a deadline follows from its clock, the calendar and the holds alone. */
export type Dates = Pick<Deadline, 'dueOn' | 'given' | 'dayOff' | 'provisional' | 'lapsesOn'>

/** The dates of a length of time that runs from a day. */
export function runDates(keeper: Timekeeper, duty: Duty, since: string, days: number): Dates {
  const calendar = calendarOf(keeper, duty.roles)
  const due = runsUntil(calendar, since, { days, unit: duty.unit })
  const end = duty.unit === 'calendarDays' ? addDays(since, days) : due.dueOn
  return { ...due, ...(end !== due.dueOn && { dayOff: end }), ...lapseOf(keeper, duty, due.dueOn) }
}

/** The dates of a clock that is given one: later by what the case was held and, where it ends a period, no day off. */
export function givenDates(
  keeper: Timekeeper,
  { roles }: Duty,
  clock: GivenDate,
  { supervision }: Pick<Case, 'supervision'>,
): Dates {
  const calendar = calendarOf(keeper, roles)
  const lastDayFrom = (date: string) => (clock.endsPeriod ? lastDayByCalendar(calendar, date) : date)
  const end = laterByHolds(clock, supervision?.holds, lastDayFrom)
  const dueOn = lastDayFrom(end)
  return {
    dueOn,
    ...(dueOn !== clock.dueOn && { given: clock.dueOn }),
    ...(dueOn !== end && { dayOff: end }),
    provisional: clock.endsPeriod === true && isBeyond(calendar, dueOn),
  }
}

/** A deadline by the calendars and the holds as they are now; one without a clock that could move stays as it is. */
export function redated(
  keeper: Timekeeper,
  duty: Duty,
  { given, dayOff, ...deadline }: Deadline,
  kept: Pick<Case, 'supervision'>,
): Deadline {
  const { since, days } = deadline
  if (days !== null) return { ...deadline, ...runDates(keeper, duty, since, days) }
  if (duty.clock?.kind === 'date') return { ...deadline, ...givenDates(keeper, duty, duty.clock, kept) }
  return { ...deadline, ...(given !== undefined && { given }), ...(dayOff !== undefined && { dayOff }) }
}

/** When a task whose due date has passed ends by itself, if it does. */
export function lapseOf(
  keeper: Timekeeper,
  { roles, lapse }: Duty,
  dueOn: string,
): Pick<Deadline, 'lapsesOn'> {
  if (!lapse) return {}
  return { lapsesOn: lapse === 'atDue' ? dueOn : runsUntil(calendarOf(keeper, roles), dueOn, lapse).dueOn }
}

/** The days that are left of a period on a day: of the period itself, whose last day may be a day off. */
export function daysUntil(calendar: Calendar, { unit, dueOn, dayOff }: Deadline, on: string): number {
  return countDays(calendar, unit, on, unit === 'calendarDays' ? (dayOff ?? dueOn) : dueOn)
}

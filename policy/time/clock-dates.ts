import { countDays, isBeyond, lastDayByCalendar, runsUntil, type Calendar } from './calendar.ts'
import type { Case, Deadline } from '../case/case.ts'
import { addDays } from './dates.ts'
import type { Duty } from './duties.ts'
import { laterByHolds, type GivenDate } from '../case/held-time.ts'
import { calendarOf, type DeadlineContext } from './deadline-context.ts'

/** Where a clock leads: what of a deadline follows from its clock, the calendar and the holds alone. */
export type Dates = Pick<Deadline, 'dueOn' | 'given' | 'dayOff' | 'provisional' | 'lapsesOn'>

/** The dates of a length of time that runs from a day. */
export function runDates(context: DeadlineContext, duty: Duty, since: string, days: number): Dates {
  const calendar = calendarOf(context, duty.roles)
  const due = runsUntil(calendar, since, { days, unit: duty.unit })
  const end = duty.unit === 'calendarDays' ? addDays(since, days) : due.dueOn
  return { ...due, ...(end !== due.dueOn && { dayOff: end }), ...lapseOf(context, duty, due.dueOn) }
}

/** The dates of a clock that is given one: later by what the case was held and, where it ends a period, no day off. */
export function givenDates(
  context: DeadlineContext,
  { roles }: Duty,
  clock: GivenDate,
  { holds }: Pick<Case, 'holds'>,
): Dates {
  const calendar = calendarOf(context, roles)
  const lastDayFrom = (date: string) => (clock.endsPeriod ? lastDayByCalendar(calendar, date) : date)
  const end = laterByHolds(clock, holds, lastDayFrom)
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
  context: DeadlineContext,
  duty: Duty,
  { given, dayOff, ...deadline }: Deadline,
  kept: Pick<Case, 'holds'>,
): Deadline {
  const { since, days } = deadline
  if (days !== null) return { ...deadline, ...runDates(context, duty, since, days) }
  if (duty.clock?.kind === 'date') return { ...deadline, ...givenDates(context, duty, duty.clock, kept) }
  return { ...deadline, ...(given !== undefined && { given }), ...(dayOff !== undefined && { dayOff }) }
}

/** When a task whose due date has passed ends by itself, if it does. */
export function lapseOf(
  context: DeadlineContext,
  { roles, lapse }: Duty,
  dueOn: string,
): Pick<Deadline, 'lapsesOn'> {
  if (!lapse) return {}
  return { lapsesOn: lapse === 'atDue' ? dueOn : runsUntil(calendarOf(context, roles), dueOn, lapse).dueOn }
}

/** The days that are left of a period on a day: of the period itself, whose last day may be a day off. */
export function daysUntil(calendar: Calendar, { unit, dueOn, dayOff }: Deadline, on: string): number {
  return countDays(calendar, unit, on, unit === 'calendarDays' ? (dayOff ?? dueOn) : dueOn)
}

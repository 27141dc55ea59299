import { addDays, daysFrom, weekday } from './dates.ts'

/** The working days of a country: weekdays, less the days off, and the weekend days that are worked instead. */
export type Calendar = {
  /** First and last year that the calendar knows; past `through` an answer is provisional. */
  from: number
  through: number
  /** Weekdays that are holidays, `YYYY-MM-DD`. */
  off: string[]
  /** Saturdays and Sundays that are worked. */
  worked: string[]
}

/** What one district adds to the calendar of the country: local holidays, and weekend days that are worked for them. */
export type LocalDays = { off: string[]; worked: string[] }

/** The calendars that a case counts by, each with its version: the country's for the authority, with the district's own days for everybody there. */
export type Calendars = { country: Calendar; local: LocalDays; versions: { country: number; local: number } }

/** How long something may take: `workingDays` by the calendar, or plain `calendarDays`. */
export type Duration = { days: number; unit: 'workingDays' | 'calendarDays' }

/** A computed date, and whether the calendar reaches far enough to be sure of it. */
export type DueDate = { dueOn: string; provisional: boolean }

/** Whether people work on that day; past the calendar's last year it goes by weekday alone. */
export function isWorkingDay(calendar: Calendar, date: string): boolean {
  const day = weekday(date)
  return day === 0 || day === 6 ? calendar.worked.includes(date) : !calendar.off.includes(date)
}

/**
 * The last day of a period that starts on `from`: the first day does not count (民法典 201), the last one does.
 * A length of nothing is the day itself.
 */
export function addDuration(calendar: Calendar, from: string, { days, unit }: Duration): DueDate {
  let date = unit === 'calendarDays' ? addDays(from, days) : from
  for (let left = unit === 'workingDays' ? days : 0; left > 0;) {
    date = addDays(date, 1)
    if (isWorkingDay(calendar, date)) left -= 1
  }
  return { dueOn: date, provisional: isBeyond(calendar, from) || isBeyond(calendar, date) }
}

/** The last day of a period that would end on a day: the next working day, where that is a day off (民法典 203). */
export function lastDayByCalendar(calendar: Calendar, date: string): string {
  let last = date
  while (!isWorkingDay(calendar, last)) last = addDays(last, 1)
  return last
}

/** The last day of what is left of a period on `from`, by `lastDayByCalendar`. */
export function runsUntil(calendar: Calendar, from: string, duration: Duration): DueDate {
  const { dueOn, provisional } = addDuration(calendar, from, duration)
  const last = lastDayByCalendar(calendar, dueOn)
  return { dueOn: last, provisional: provisional || isBeyond(calendar, last) }
}

/** Whether the calendar does not know a day, so that it may yet turn out a day off or a working day. */
export function isBeyond(calendar: Calendar, date: string): boolean {
  const year = Number(date.slice(0, 4))
  return year < calendar.from || year > calendar.through
}

/** Working days after `from`, up to and including `to`; 0 if `to` is not after `from`. */
export function workingDaysBetween(calendar: Calendar, from: string, to: string): number {
  let count = 0
  for (let date = addDays(from, 1); date <= to; date = addDays(date, 1)) {
    if (isWorkingDay(calendar, date)) count += 1
  }
  return count
}

/** Days of a unit after `from`, up to and including `to`; 0 if `to` is not after `from`. */
export function countDays(calendar: Calendar, unit: Duration['unit'], from: string, to: string): number {
  if (unit === 'workingDays') return workingDaysBetween(calendar, from, to)
  return from < to ? daysFrom(from, to) : 0
}

/** The day on which `days` of a unit are left until another; a working day, where working days are counted. */
export function subtractDuration(calendar: Calendar, to: string, { days, unit }: Duration): string {
  if (unit === 'calendarDays') return addDays(to, -days)
  let date = to
  for (let left = days; left > 0;) {
    if (isWorkingDay(calendar, date)) left -= 1
    date = addDays(date, -1)
  }
  return days === 0 ? to : lastWorkingDay(calendar, date)
}

function lastWorkingDay(calendar: Calendar, through: string): string {
  let date = through
  while (!isWorkingDay(calendar, date)) date = addDays(date, -1)
  return date
}

/** The part of a calendar that a case beginning in `year` can need, so that it is small enough to be kept with the case. */
export function calendarSince(calendar: Calendar, year: number): Calendar {
  const since = (date: string) => Number(date.slice(0, 4)) >= year
  return { ...calendar, from: year, off: calendar.off.filter(since), worked: calendar.worked.filter(since) }
}

/** The calendar of a district: the country's with the district's own days. */
export function withLocalDays(calendar: Calendar, { off, worked }: LocalDays): Calendar {
  return {
    ...calendar,
    off: [...calendar.off.filter((date) => !worked.includes(date)), ...off],
    worked: [...calendar.worked.filter((date) => !off.includes(date)), ...worked],
  }
}

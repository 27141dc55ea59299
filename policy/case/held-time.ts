import { addDays, daysFrom } from '../time/dates.ts'

/** A time in which an operator held a case: from the day of the hold to the day on which it went on. */
export type HeldTime = { from: string; to: string }

/**
 * A date that is given instead of counted from the present, and the day on which the time until it began. The end of a
 * period is no day off, a day that somebody has chosen may be one.
 */
export type GivenDate = { from: string; dueOn: string; endsPeriod?: true }

/**
 * The date as much later as a case was held before it, since its time began; a date that had passed by then stays. Where
 * its period would end on a day off, it has not passed before the day that takes its place.
 */
export function laterByHolds(
  { from, dueOn }: GivenDate,
  holds: readonly HeldTime[] = [],
  lastDayFrom = (date: string) => date,
): string {
  return holds.reduce((due, held) => {
    const start = held.from > from ? held.from : from
    if (start >= held.to || held.from > lastDayFrom(due)) return due
    return held.from <= due ? addDays(due, daysFrom(start, held.to)) : held.to
  }, dueOn)
}

import { addDays, daysFrom } from './dates.ts'

/** A time in which an operator held a case: from the day of the hold to the day on which it went on. */
export type HeldTime = { from: string; to: string }

/** A date that is given instead of counted, and the day on which the time until it began. */
export type GivenDate = { from: string; dueOn: string }

/** The date as much later as a case was held before it, since its time began; a date that had passed by then stays. */
export function laterByHolds({ from, dueOn }: GivenDate, holds: readonly HeldTime[] = []): string {
  return holds.reduce((due, held) => {
    const start = held.from > from ? held.from : from
    return held.from <= due && start < held.to ? addDays(due, daysFrom(start, held.to)) : due
  }, dueOn)
}

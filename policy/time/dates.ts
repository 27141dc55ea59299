const datePattern = /^\d{4}-\d{2}-\d{2}$/
const dayMs = 86_400_000
/** China has one zone and no summer time: eight hours ahead of UTC, all year (Asia/Shanghai). */
const shanghaiOffsetMs = 8 * 3_600_000

/** Whether a text is a day of the calendar, `YYYY-MM-DD`, from 1900 to 2199. */
export function isDate(text: string): boolean {
  if (!datePattern.test(text) || text < '1900' || text >= '2200') return false
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** The day that is `days` calendar days after (before, if negative) the given one. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)
}

/** Calendar days from one day to another; negative if the other is earlier. */
export function daysFrom(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs
}

/** Day of the week: 0 is Sunday, 6 is Saturday. */
export function weekday(date: string): number {
  return new Date(Date.parse(date)).getUTCDay()
}

/** The day it is in Shanghai at an instant (milliseconds since 1970). */
export function shanghaiDate(instantMs: number): string {
  return new Date(instantMs + shanghaiOffsetMs).toISOString().slice(0, 10)
}

/** The time of day in Shanghai at an instant (milliseconds since 1970), to the minute: `09:05`. */
export function shanghaiTime(instantMs: number): string {
  return new Date(instantMs + shanghaiOffsetMs).toISOString().slice(11, 16)
}

/** The instant (milliseconds since 1970) that lies so many minutes after the midnight with which a day begins in Shanghai. */
export function shanghaiInstant(date: string, minutes: number): number {
  return Date.parse(date) + minutes * 60_000 - shanghaiOffsetMs
}

/** The instant (milliseconds since 1970) at which a day ends in Shanghai: the first that is no longer that day. */
export function endOfDay(date: string): number {
  return Date.parse(date) + dayMs - shanghaiOffsetMs
}

/** The instant (milliseconds since 1970) at which people start to work on a day in Shanghai: eight in the morning. */
export function morningOf(date: string): number {
  return Date.parse(date)
}

import { writeFileSync } from 'node:fs'
import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import { weekday } from '../policy/time/dates.ts'

/** First and last year that the package `chinese-days` knows for certain. */
const from = '2017'
const through = '2026'

/** The days of a list, of the years that count, in order. */
function daysOf(list: Record<string, unknown>, keep: (weekend: boolean) => boolean): string[] {
  return Object.keys(list)
    .filter((date) => date >= from && date.slice(0, 4) <= through && keep([0, 6].includes(weekday(date))))
    .toSorted()
}

/**
 * Writes `policy/calendars/cn.json`: the days that differ from the plain week. It reads the package's data, not its
 * functions, which west of Greenwich answer for the day before.
 */
function generateCalendar(): void {
  const off = daysOf(published.holidays, (weekend) => !weekend)
  const worked = daysOf(published.workdays, (weekend) => weekend)
  const calendar = { from: Number(from), through: Number(through), off, worked }
  const file = new URL('../policy/calendars/cn.json', import.meta.url)
  writeFileSync(file, `${JSON.stringify(calendar, null, 2)}\n`)
}

generateCalendar()

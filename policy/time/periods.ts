import { addDays } from './dates.ts'

type Every = 'month' | 'quarter' | 'halfYear' | 'year'

const monthsOf = { month: 1, quarter: 3, halfYear: 6, year: 12 } satisfies Record<Every, number>
const signs = { month: 'M', quarter: 'Q', halfYear: 'H', year: 'Y' } satisfies Record<Every, string>

/** The period that a day belongs to: `2021M07`, `2021Q3`, `2021H2`, `2021Y1`. */
export function periodOf(every: Every, date: string): string {
  const number = Math.ceil(Number(date.slice(5, 7)) / monthsOf[every])
  return `${date.slice(0, 4)}${signs[every]}${every === 'month' ? String(number).padStart(2, '0') : number}`
}

/** The first day of a period. */
export function firstDayOf(every: Every, period: string): string {
  const months = Number(period.slice(0, 4)) * 12 + (Number(period.slice(5)) - 1) * monthsOf[every]
  return firstOfMonth(months)
}

/** The last day of a period. */
export function lastDayOf(every: Every, period: string): string {
  const months = Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) * monthsOf[every]
  return addDays(firstOfMonth(months), -1)
}

/** The period after another. */
export function periodAfter(every: Every, period: string): string {
  return periodOf(every, addDays(lastDayOf(every, period), 1))
}

/** The day so many months later; the last day of that month, if it has no such day. */
export function addMonths(date: string, months: number): string {
  const first = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months
  const last = addDays(firstOfMonth(first + 1), -1)
  const same = `${firstOfMonth(first).slice(0, 8)}${date.slice(8)}`
  return same < last ? same : last
}

function firstOfMonth(months: number): string {
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`
}

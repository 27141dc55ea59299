import { shanghaiDate } from '../../policy/time/dates.ts'
import { fenToYuan, yuanToFen } from '../../policy/edition/money.ts'

/** An amount as a paper has it: `¥ 1,000,000.00 元`. */
export function moneyWords(yuan: string): string {
  return `¥ ${fenToYuan(yuanToFen(yuan)).replaceAll(/\B(?=(\d{3})+\.)/g, ',')} 元`
}

/** A day as a paper has it: `2021年3月1日`; `—` for none. */
export function dayWords(date: string | null | undefined): string {
  if (!date) return '—'
  const [year, month, day] = date.split('-').map(Number)
  return `${year}年${month}月${day}日`
}

/** An instant (ISO 8601) as a paper has it, in Shanghai: `2021年3月1日 09:05:00`; `—` for none. */
export function instantWords(instant: string | null): string {
  if (instant === null) return '—'
  const ms = Date.parse(instant)
  const clock = new Date(ms + 8 * 3_600_000).toISOString().slice(11, 19)
  return `${dayWords(shanghaiDate(ms))} ${clock}`
}

/** So many days in the unit of a rule: `+3个工作日`. */
export function daysWords(days: number, unit: 'workingDays' | 'calendarDays'): string {
  return `${days > 0 ? '+' : ''}${days}${unit === 'workingDays' ? '个工作日' : '天'}`
}

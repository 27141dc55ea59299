import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { addDuration, isWorkingDay, workingDaysBetween } from '../../policy/time/calendar.ts'
import { addDays, weekday } from '../../policy/time/dates.ts'
import { cn } from '../fixtures.ts'

/** How many working days each column of the table counts. */
const lengths = [1, 5, 10, 15, 20]

/**
 * For each festival: the last working day before it, and the days that are so many working days later. Fixed:
 * counted from the days that the State Council published, by a program of its own and not by the code under test.
 */
const table = `
  2017 spring   01-26 02-03 02-08 02-15 02-22 03-01
  2017 labour   04-28 05-02 05-08 05-15 05-22 05-27
  2017 national 09-30 10-09 10-13 10-20 10-27 11-03
  2018 spring   02-14 02-22 02-27 03-06 03-13 03-20
  2018 labour   04-28 05-02 05-08 05-15 05-22 05-29
  2018 national 09-30 10-08 10-12 10-19 10-26 11-02
  2019 spring   02-03 02-11 02-15 02-22 03-01 03-08
  2019 labour   04-30 05-05 05-09 05-16 05-23 05-30
  2019 national 09-30 10-08 10-12 10-18 10-25 11-01
  2020 spring   01-23 02-03 02-07 02-14 02-21 02-28
  2020 labour   04-30 05-06 05-11 05-18 05-25 06-01
  2020 national 09-30 10-09 10-14 10-21 10-28 11-04
  2021 spring   02-10 02-18 02-23 03-02 03-09 03-16
  2021 labour   04-30 05-06 05-11 05-18 05-25 06-01
  2021 national 09-30 10-08 10-13 10-20 10-27 11-03
  2022 spring   01-30 02-07 02-11 02-18 02-25 03-04
  2022 labour   04-29 05-05 05-10 05-17 05-24 05-31
  2022 national 09-30 10-08 10-12 10-19 10-26 11-02
  2023 spring   01-20 01-28 02-01 02-08 02-15 02-22
  2023 labour   04-28 05-04 05-09 05-16 05-23 05-30
  2023 national 09-28 10-07 10-11 10-18 10-25 11-01
  2024 spring   02-09 02-18 02-22 02-29 03-07 03-14
  2024 labour   04-30 05-06 05-10 05-16 05-23 05-30
  2024 national 09-30 10-08 10-12 10-18 10-25 11-01
  2025 spring   01-27 02-05 02-10 02-17 02-24 03-03
  2025 labour   04-30 05-06 05-12 05-19 05-26 06-03
  2025 national 09-30 10-09 10-14 10-21 10-28 11-04
  2026 spring   02-14 02-24 02-28 03-06 03-13 03-20
  2026 labour   04-30 05-06 05-11 05-18 05-25 06-01
  2026 national 09-30 10-08 10-13 10-20 10-27 11-03
`
const rows = table
  .trim()
  .split('\n')
  .map((line) => {
    const [year = '', festival = '', ...days] = line.trim().split(/\s+/)
    const [from = '', ...due] = days.map((day) => `${year}-${day}`)
    return { year: Number(year), festival, from, due }
  })

/** The first day of the Lunar New Year; the other two festivals keep their day. */
const newYear: Record<number, string> = {
  2017: '01-28',
  2018: '02-16',
  2019: '02-05',
  2020: '01-25',
  2021: '02-12',
  2022: '02-01',
  2023: '01-22',
  2024: '02-10',
  2025: '01-29',
  2026: '02-17',
}
const dayOf = ({ year, festival }: (typeof rows)[number]) =>
  `${year}-${{ spring: newYear[year], labour: '05-01', national: '10-01' }[festival]}`

/** What the package's data say of a day, by its lists alone. */
function worksByPackage(date: string): boolean {
  if (Object.hasOwn(published.workdays, date)) return true
  return ![0, 6].includes(weekday(date)) && !Object.hasOwn(published.holidays, date)
}

/** Counts by the package's data, one day after another. */
function dueByPackage(from: string, days: number): string {
  let date = from
  for (let count = 0; count < days; count += worksByPackage(date) ? 1 : 0) date = addDays(date, 1)
  return date
}

it('the table has three festivals of each year from 2017 to 2026', () => {
  const years = Array.from({ length: 10 }, (_, at) => 2017 + at)
  expect(rows.map(({ year, festival }) => `${year} ${festival}`)).toEqual(
    years.flatMap((year) => ['spring', 'labour', 'national'].map((festival) => `${year} ${festival}`)),
  )
})

describe.each(rows)('$festival $year, from $from', (row) => {
  const { from, due } = row

  it('starts on the last working day before the festival', () => {
    expect(isWorkingDay(cn, from)).toBe(true)
    expect(from < dayOf(row)).toBe(true)
    for (let date = addDays(from, 1); date <= dayOf(row); date = addDays(date, 1))
      expect([date, isWorkingDay(cn, date)]).toEqual([date, false])
  })

  it('is due on the days of the table', () => {
    const counted = lengths.map((days) => addDuration(cn, from, { days, unit: 'workingDays' }))
    expect(counted).toEqual(due.map((dueOn) => ({ dueOn, provisional: false })))
    expect(due.map((dueOn) => workingDaysBetween(cn, from, dueOn))).toEqual(lengths)
  })

  it('is due on the days that the data of chinese-days count to', () => {
    expect(lengths.map((days) => dueByPackage(from, days))).toEqual(due)
  })
})

it('of every day from 2017 to 2026 the calendar says what chinese-days says', () => {
  const wrong: string[] = []
  for (let date = '2017-01-01'; date <= '2026-12-31'; date = addDays(date, 1))
    if (isWorkingDay(cn, date) !== worksByPackage(date)) wrong.push(date)
  expect(wrong).toEqual([])
})

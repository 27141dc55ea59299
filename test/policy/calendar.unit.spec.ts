import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  addDuration,
  calendarSince,
  countDays,
  isWorkingDay,
  workingDaysBetween,
} from '../../policy/time/calendar.ts'
import { addDays, weekday } from '../../policy/time/dates.ts'
import { cn } from '../fixtures.ts'

const years = Array.from({ length: 10 }, (_, at) => 2017 + at)

function daysOf(year: number): string[] {
  const days: string[] = []
  for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = addDays(date, 1)) days.push(date)
  return days
}

/** What the package's data say; its functions answer for the day before, west of Greenwich. */
function isPublished(date: string): boolean {
  return date in published.workdays || (!(date in published.holidays) && ![0, 6].includes(weekday(date)))
}

const workingDays = (days: number) => ({ days, unit: 'workingDays' as const })
const calendarDays = (days: number) => ({ days, unit: 'calendarDays' as const })
const day = fc.integer({ min: 0, max: 3600 }).map((after) => addDays('2017-01-01', after))

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

describe('the calendar of China', () => {
  it.each(years)('says of every day of %i what the published holidays say', (year) => {
    const wrong = daysOf(year).filter((date) => isWorkingDay(cn, date) !== isPublished(date))
    expect(wrong).toEqual([])
  })

  it('keeps only what differs from the plain week, sorted and once', () => {
    expect(cn.off.filter((date) => [0, 6].includes(weekday(date)))).toEqual([])
    expect(cn.worked.filter((date) => ![0, 6].includes(weekday(date)))).toEqual([])
    expect(cn.off).toEqual([...new Set(cn.off)].toSorted())
    expect(cn.worked).toEqual([...new Set(cn.worked)].toSorted())
    expect([cn.from, cn.through]).toEqual([2017, 2026])
  })

  it.each([
    ['2021-02-20', true, 'a Saturday worked after the Spring Festival'],
    ['2021-02-17', false, 'the last day of the Spring Festival'],
    ['2021-02-21', false, 'a Sunday'],
    ['2023-01-03', true, 'a Tuesday'],
    ['2020-01-31', false, 'the prolonged Spring Festival of 2020'],
  ])('%s: working is %s, %s', (date, working) => {
    expect(isWorkingDay(cn, date)).toBe(working)
  })
})

describe('a period in working days (行政许可法 82)', () => {
  it.each([
    ['2021-02-09', 5, '2021-02-22'],
    ['2021-02-18', 5, '2021-02-24'],
    ['2021-04-30', 3, '2021-05-08'],
    ['2021-09-17', 5, '2021-09-26'],
    ['2021-09-30', 3, '2021-10-11'],
    ['2024-02-08', 5, '2024-02-21'],
    ['2025-01-24', 5, '2025-02-07'],
    ['2026-02-12', 5, '2026-02-26'],
    ['2026-09-29', 5, '2026-10-12'],
  ])('%s and %i working days end on %s', (from, days, dueOn) => {
    expect(addDuration(cn, from, workingDays(days))).toEqual({ dueOn, provisional: false })
    expect(workingDaysBetween(cn, from, dueOn)).toBe(days)
  })

  it.each([
    ['2023-01-01', '2023-01-10', 6],
    ['2023-01-05', '2023-01-10', 3],
    ['2023-01-11', '2023-01-21', 7],
    ['2023-01-10', '2023-01-10', 0],
    ['2023-01-10', '2023-01-05', 0],
  ])('does not count the first day, counts the last (民法典 201): %s to %s is %i', (from, to, days) => {
    expect(workingDaysBetween(cn, from, to)).toBe(days)
  })

  it('ends on a working day, and no shorter period ends later', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (from, days) => {
        const { dueOn } = addDuration(cn, from, workingDays(days))
        expect(isWorkingDay(cn, dueOn)).toBe(true)
        expect(workingDaysBetween(cn, from, dueOn)).toBe(days)
        expect(addDuration(cn, from, workingDays(days - 1)).dueOn < dueOn).toBe(true)
      }),
    )
  })
})

describe('a period in plain days', () => {
  it.each([
    ['2021-02-09', 5, '2021-02-14'],
    ['2024-02-28', 2, '2024-03-01'],
    ['2021-12-31', 1, '2022-01-01'],
    ['2021-02-09', 0, '2021-02-09'],
  ])('%s and %i days end on %s, holiday or not', (from, days, dueOn) => {
    expect(addDuration(cn, from, calendarDays(days)).dueOn).toBe(dueOn)
    expect(countDays(cn, 'calendarDays', from, dueOn)).toBe(days)
    expect(countDays(cn, 'calendarDays', dueOn, from)).toBe(0)
  })
})

describe('past what the calendar knows', () => {
  it.each([
    ['2026-12-24', 5, '2026-12-31', false],
    ['2026-12-24', 6, '2027-01-01', true],
    ['2027-09-30', 1, '2027-10-01', true],
    ['2016-12-30', 5, '2017-01-09', true],
  ])('%s and %i working days end on %s; provisional: %s', (from, days, dueOn, provisional) => {
    expect(addDuration(cn, from, workingDays(days))).toEqual({ dueOn, provisional })
  })

  it('says that plain days into the unknown are provisional too', () => {
    expect(addDuration(cn, '2026-12-31', calendarDays(1)).provisional).toBe(true)
  })
})

describe('the part of a calendar that is kept with a case', () => {
  it('answers for its years as the whole does', () => {
    const part = calendarSince(cn, 2024)
    expect(part.from).toBe(2024)
    expect(part.off.length).toBeLessThan(cn.off.length)
    for (const date of [2024, 2025, 2026].flatMap(daysOf))
      expect(isWorkingDay(part, date)).toBe(isWorkingDay(cn, date))
    expect(addDuration(part, '2024-02-08', workingDays(5))).toEqual({
      dueOn: '2024-02-21',
      provisional: false,
    })
    expect(addDuration(part, '2023-12-29', workingDays(5)).provisional).toBe(true)
  })
})

describe('the zone of the machine', () => {
  it.each([
    ['Pacific/Kiritimati', -840],
    ['Asia/Shanghai', -480],
    ['UTC', 0],
    ['America/Los_Angeles', 480],
  ])('does not matter: %s', (name, offset) => {
    process.env['TZ'] = name
    expect(new Date(2021, 0, 15).getTimezoneOffset()).toBe(offset)
    expect(addDuration(cn, '2021-09-17', workingDays(5)).dueOn).toBe('2021-09-26')
    expect(addDays('2021-03-14', 1)).toBe('2021-03-15')
    expect(weekday('2021-09-26')).toBe(0)
  })
})

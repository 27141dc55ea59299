import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  addDuration,
  calendarSince,
  countDays,
  isWorkingDay,
  lastDayByCalendar,
  runsUntil,
  subtractDuration,
  withLocalDays,
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
    expect(countDays(cn, 'workingDays', from, to)).toBe(days)
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

describe('the last day of a period that ends on a day off (民法典 203)', () => {
  it.each([
    ['a working day stays', '2021-02-10', '2021-02-10'],
    ['a Saturday', '2021-03-06', '2021-03-08'],
    ['a Saturday that is worked', '2021-02-20', '2021-02-20'],
    ['the first day of the Spring Festival', '2021-02-11', '2021-02-18'],
  ])('%s: %s is %s', (_, end, last) => {
    expect(lastDayByCalendar(cn, end)).toBe(last)
    expect(runsUntil(cn, addDays(end, -30), calendarDays(30))).toEqual({ dueOn: last, provisional: false })
  })

  it('is provisional where it is past what the calendar knows, or the period began before', () => {
    const known = { ...cn, from: 2026, through: 2026, off: ['2026-12-31'], worked: [] }
    expect(runsUntil(known, '2026-12-01', calendarDays(29)).provisional).toBe(false)
    expect(runsUntil(known, '2026-12-01', calendarDays(30))).toEqual({
      dueOn: '2027-01-01',
      provisional: true,
    })
    expect(runsUntil(known, '2025-12-31', calendarDays(1)).provisional).toBe(true)
  })
})

describe('the day on which so much of a period is left', () => {
  it.each([
    ['2021-02-22', 5, '2021-02-09'],
    ['2021-02-22', 1, '2021-02-20'],
    ['2021-02-22', 0, '2021-02-22'],
    ['2021-10-11', 3, '2021-09-30'],
    ['2021-02-21', 0, '2021-02-21'],
    ['2021-02-21', 1, '2021-02-19'],
  ])('before %s, %i working days, is the working day %s', (to, days, on) => {
    expect(subtractDuration(cn, to, workingDays(days))).toBe(on)
  })

  it('is plain days before it, holiday or not', () => {
    expect(subtractDuration(cn, '2021-02-22', calendarDays(5))).toBe('2021-02-17')
    expect(subtractDuration(cn, '2021-03-01', calendarDays(0))).toBe('2021-03-01')
  })

  it('has so many working days after it, up to the last', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (to, days) => {
        const on = subtractDuration(cn, to, workingDays(days))
        expect(isWorkingDay(cn, on)).toBe(true)
        expect(workingDaysBetween(cn, on, to)).toBe(days)
      }),
    )
  })
})

describe('the calendar of a district', () => {
  const local = { off: ['2021-06-18', '2021-02-20'], worked: ['2021-06-20', '2021-02-17'] }
  const there = withLocalDays(cn, local)

  it.each([
    ['a day off of its own', '2021-06-18', false],
    ['a Sunday that is worked for it', '2021-06-20', true],
    ['a day that the country works, and it does not', '2021-02-20', false],
    ['a holiday of the country on which it works', '2021-02-17', true],
  ])('has %s: %s', (_, date, working) => {
    expect([isWorkingDay(cn, date), isWorkingDay(there, date)]).toEqual([!working, working])
  })

  it('is the one of the country on every other day, and knows its years', () => {
    const own = new Set([...local.off, ...local.worked])
    for (const date of daysOf(2021).filter((each) => !own.has(each)))
      expect([date, isWorkingDay(there, date)]).toEqual([date, isWorkingDay(cn, date)])
    expect([there.from, there.through]).toEqual([cn.from, cn.through])
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
    expect([...part.off, ...part.worked].filter((date) => date < '2024')).toEqual([])
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

import { describe, expect, it } from 'vitest'
import type { Calendar, LocalDays } from '../../policy/time/calendar.ts'
import { countryFaults, districtFaults } from '../../policy/time/calendar-faults.ts'
import { addDays, weekday } from '../../policy/time/dates.ts'
import { cn } from '../fixtures.ts'

/** 2021-02-12 is a Friday, 2021-02-17 a Wednesday, 2021-02-20 a Saturday; 2022-02-01 is a Tuesday. */
const right: Calendar = {
  from: 2021,
  through: 2022,
  off: ['2021-02-12', '2021-02-17', '2022-02-01'],
  worked: ['2021-02-20'],
}
const fieldsOf = (faults: { field: string }[]) => faults.map(({ field }) => field)
const country = (change: Partial<Calendar>, before?: Calendar) =>
  countryFaults({ ...right, ...change }, before)

describe('the calendar of the country', () => {
  it.each([
    ['the one of the repository', cn, undefined],
    ['the one of the repository over itself', cn, cn],
    ['a first one', right, undefined],
    ['a longer one over a shorter', { ...right, from: 2020, off: ['2020-01-01', ...right.off] }, right],
    ['other days over the same years', { ...right, worked: [] }, right],
    ['no day worked', { ...right, worked: [] }, undefined],
  ])('is right: %s', (_what, next, before) => {
    expect(countryFaults(next, before)).toEqual([])
  })

  it.each([
    ['a Saturday off', { off: ['2021-02-12', '2021-02-13', '2022-02-01'] }, ['off.1'], '周末'],
    ['a Sunday off', { off: ['2021-02-12', '2021-02-14', '2022-02-01'] }, ['off.1'], '周末'],
    ['a Monday worked', { worked: ['2021-02-15'] }, ['worked.0'], '周一至周五'],
    ['a Friday worked', { worked: ['2021-02-20', '2021-02-26'] }, ['worked.1'], '周一至周五'],
    ['days out of order', { off: ['2021-02-17', '2021-02-12', '2022-02-01'] }, ['off.1'], '先后'],
    ['a day off twice', { off: ['2021-02-12', '2021-02-12', '2022-02-01'] }, ['off.1'], '重复'],
    ['a day worked twice', { worked: ['2021-02-20', '2021-02-20'] }, ['worked.1'], '重复'],
    ['a day off too early', { off: ['2020-12-31', ...right.off] }, ['off.0'], '起止年份'],
    ['a day off too late', { off: [...right.off, '2023-01-02'] }, ['off.3'], '起止年份'],
    ['a day worked too late', { worked: ['2021-02-20', '2023-01-28'] }, ['worked.1'], '起止年份'],
    ['a year without a day off', { through: 2023 }, ['off'], '2023年'],
    ['two years without a day off', { off: [] }, ['off', 'off'], '2021年'],
  ])('has a fault: %s', (_what, change, fields, words) => {
    const faults = country(change)
    expect(fieldsOf(faults)).toEqual(fields)
    expect(faults[0]?.zh).toContain(words)
    expect(faults.every(({ zh, en }) => zh !== '' && en !== '')).toBe(true)
  })

  it('ends no sooner than it begins', () => {
    expect(fieldsOf(country({ through: 2020 }))).toContain('through')
    expect(fieldsOf(country({ from: 2021, through: 2021, off: ['2021-02-12'] }))).toEqual([])
  })

  it('does not get shorter, at either end', () => {
    const only = (year: number) => ({
      from: year,
      through: year,
      off: right.off.filter((date) => date.startsWith(`${year}`)),
      worked: [],
    })
    expect(fieldsOf(country(only(2021), right))).toEqual(['through'])
    expect(fieldsOf(country(only(2022), right))).toEqual(['from'])
    expect(country(right, { ...right, through: 2022 })).toEqual([])
  })

  it('names every fault, each at its day', () => {
    const faults = country({ off: ['2021-02-13', '2021-02-12', '2023-02-01'], worked: ['2021-02-15'] })
    expect(fieldsOf(faults).toSorted()).toEqual(['off', 'off.0', 'off.1', 'off.2', 'worked.0'])
  })

  it('takes a day of any kind in one of its lists only: each day of a week, tried', () => {
    for (let date = '2021-03-01'; date <= '2021-03-07'; date = addDays(date, 1)) {
      const isWeekend = [0, 6].includes(weekday(date))
      expect([date, country({ off: ['2021-02-12', date, '2022-02-01'] }).length]).toEqual([
        date,
        isWeekend ? 1 : 0,
      ])
      expect([date, country({ worked: [date] }).length]).toEqual([date, isWeekend ? 0 : 1])
    }
  })
})

const days = (change: Partial<LocalDays>): LocalDays => ({ off: [], worked: [], ...change })

describe('the days of a district', () => {
  it.each([
    ['none', days({})],
    ['a weekday off', days({ off: ['2021-06-18'] })],
    ['a weekday off that the country has off too', days({ off: ['2021-02-12'] })],
    ['a weekend day off that the country works', days({ off: ['2021-02-20'] })],
    ['a weekend day worked', days({ off: ['2021-06-18'], worked: ['2021-06-19'] })],
  ])('are right: %s', (_what, next) => {
    expect(districtFaults(next, right)).toEqual([])
  })

  it.each([
    ['a free Saturday off', days({ off: ['2021-06-19'] }), ['off.0']],
    ['a weekday worked', days({ worked: ['2021-06-18'] }), ['worked.0']],
    ['a holiday of the country worked', days({ worked: ['2021-02-12'] }), ['worked.0']],
    ['days out of order', days({ off: ['2021-06-18', '2021-06-17'] }), ['off.1']],
    ['a day twice', days({ worked: ['2021-06-19', '2021-06-19'] }), ['worked.1']],
    ['a day before the calendar of the country', days({ off: ['2020-12-31'] }), ['off.0']],
    ['a day past the calendar of the country', days({ worked: ['2023-01-01'] }), ['worked.0']],
    ['a day both off and worked', days({ off: ['2021-02-20'], worked: ['2021-02-20'] }), ['worked.0']],
  ])('have a fault: %s', (_what, next, fields) => {
    expect(fieldsOf(districtFaults(next, right))).toEqual(fields)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, daysFrom } from '../../policy/time/dates.ts'
import { addMonths, firstDayOf, lastDayOf, periodAfter, periodOf } from '../../policy/time/periods.ts'

const all = ['month', 'quarter', 'halfYear', 'year'] as const
const day = fc.integer({ min: 0, max: 60_000 }).map((after) => addDays('2000-01-01', after))
const every = fc.constantFrom(...all)

describe('a period', () => {
  it.each([
    ['month', '2021-07-31', '2021M07', '2021-07-31', '2021M08'],
    ['month', '2021-12-01', '2021M12', '2021-12-31', '2022M01'],
    ['month', '2024-02-29', '2024M02', '2024-02-29', '2024M03'],
    ['month', '2100-02-01', '2100M02', '2100-02-28', '2100M03'],
    ['quarter', '2021-01-01', '2021Q1', '2021-03-31', '2021Q2'],
    ['quarter', '2021-03-31', '2021Q1', '2021-03-31', '2021Q2'],
    ['quarter', '2021-04-01', '2021Q2', '2021-06-30', '2021Q3'],
    ['quarter', '2021-12-31', '2021Q4', '2021-12-31', '2022Q1'],
    ['halfYear', '2021-06-30', '2021H1', '2021-06-30', '2021H2'],
    ['halfYear', '2021-07-01', '2021H2', '2021-12-31', '2022H1'],
    ['year', '2021-05-05', '2021Y1', '2021-12-31', '2022Y1'],
  ] as const)('of a %s: %s is in %s, until %s, then comes %s', (length, date, period, last, next) => {
    expect(periodOf(length, date)).toBe(period)
    expect(lastDayOf(length, period)).toBe(last)
    expect(periodAfter(length, period)).toBe(next)
  })

  it('has every day in one, up to its last, and the day after in the next', () => {
    fc.assert(
      fc.property(every, day, (length, date) => {
        const period = periodOf(length, date)
        const last = lastDayOf(length, period)
        expect(last >= date).toBe(true)
        expect(periodOf(length, last)).toBe(period)
        const first = firstDayOf(length, period)
        expect([first <= date, periodOf(length, first)]).toEqual([true, period])
        expect(periodAfter(length, periodOf(length, addDays(first, -1)))).toBe(period)
        expect(periodOf(length, addDays(last, 1))).toBe(periodAfter(length, period))
      }),
    )
  })

  it('is named so that the later one sorts later', () => {
    fc.assert(
      fc.property(every, day, day, (length, one, other) => {
        const [first = '', second = ''] = [one, other].toSorted()
        expect(periodOf(length, first) <= periodOf(length, second)).toBe(true)
      }),
    )
  })
})

const monthOf = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))

describe('so many months later', () => {
  it.each([
    ['2021-10-31', 1, '2021-11-30'],
    ['2021-10-31', 4, '2022-02-28'],
    ['2023-10-31', 4, '2024-02-29'],
    ['2021-10-31', 12, '2022-10-31'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2021-12-15', 1, '2022-01-15'],
    ['2021-05-05', 120, '2031-05-05'],
  ])('than %s by %i is %s', (date, months, later) => {
    expect(addMonths(date, months)).toBe(later)
  })

  it('is the same day of the month, or the last one before it; never the month after', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 120 }), (date, months) => {
        const later = addMonths(date, months)
        expect(monthOf(later)).toBe(monthOf(date) + months)
        expect(daysFrom(date, later)).toBeGreaterThanOrEqual(28 * months)
        const isLast = addDays(later, 1).endsWith('-01')
        expect(later.slice(8) === date.slice(8) || (isLast && later.slice(8) < date.slice(8))).toBe(true)
      }),
    )
  })
})

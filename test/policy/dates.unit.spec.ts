import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, endOfDay, isDate, morningOf, shanghaiDate, weekday } from '../../policy/time/dates.ts'

describe('a day', () => {
  it.each(['2024-02-29', '2021-02-28', '2000-02-29', '1900-01-01', '2199-12-31'])('%s is one', (text) => {
    expect(isDate(text)).toBe(true)
  })

  it.each([
    '2021-02-29',
    '2100-02-29',
    '2021-13-01',
    '2021-00-10',
    '2021-04-31',
    '2021-4-1',
    '20210401',
    '2021-04-01T00:00:00Z',
    '2021-04-01T00:00:00.000Z',
    '+002021-04-01',
    ' 2021-04-01',
    '2021-04-01\n',
    '1899-12-31',
    '2200-01-01',
    '２０２１-04-01',
    '',
  ])('%j is none', (text) => {
    expect(isDate(text)).toBe(false)
  })

  it.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2021-02-28', 1, '2021-03-01'],
    ['2021-01-01', -1, '2020-12-31'],
    ['2021-06-01', 0, '2021-06-01'],
  ])('%s and %i days is %s', (date, days, expected) => {
    expect(addDays(date, days)).toBe(expected)
  })

  it.each([
    ['2021-09-26', 0],
    ['2021-09-27', 1],
    ['2021-05-08', 6],
  ])('%s is day %i of the week', (date, expected) => {
    expect(weekday(date)).toBe(expected)
  })
})

describe('the day in Shanghai', () => {
  it.each([
    ['2021-02-18T15:59:59.999Z', '2021-02-18'],
    ['2021-02-18T16:00:00.000Z', '2021-02-19'],
    ['2021-12-31T15:59:59.999Z', '2021-12-31'],
    ['2021-12-31T16:00:00.000Z', '2022-01-01'],
    ['2024-02-28T16:00:00.000Z', '2024-02-29'],
    ['1986-07-01T16:00:00.000Z', '1986-07-02'],
  ])('at %s is %s', (instant, date) => {
    expect(shanghaiDate(Date.parse(instant))).toBe(date)
  })

  it('begins for people at eight in the morning', () => {
    expect(new Date(morningOf('2021-02-18')).toISOString()).toBe('2021-02-18T00:00:00.000Z')
  })

  it('ends at the first instant that is the next day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (days) => {
        const date = addDays('1990-01-01', days)
        expect(shanghaiDate(endOfDay(date) - 1)).toBe(date)
        expect(shanghaiDate(endOfDay(date))).toBe(addDays(date, 1))
      }),
    )
  })
})

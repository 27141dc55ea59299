import { describe, expect, it } from 'vitest'
import { findConditionFault, holds, isNever, type Facts } from '../../policy/edition/conditions.ts'
import { anApplication, anEnterprise, chongqing } from '../fixtures.ts'

const { edition } = chongqing
const facts: Facts = {
  application: anApplication(),
  enterprise: anEnterprise(),
  implementedInCity: true,
  certifiedBefore: false,
}

const faultOf = (expression: string) => findConditionFault(edition, expression)?.en ?? ''

/** Why a pattern is not taken. */
const matches = (pattern: string) => faultOf(`enterprise.industry.matches("${pattern}")`)
/** A condition so many times over. */
const chain = (count: number, condition: string) =>
  Array.from({ length: count }, () => condition).join(' && ')
/** Something that is asked of every pair of two lists. */
const within = (part: string) => `application.effects.all(a, application.designations.exists(b, ${part}))`

describe('a number may be as large as an int is (2⁶³ − 1), whatever the application says', () => {
  const size = 9_223_372_036_854n

  it.each<[what: string, part: string, times: bigint]>([
    ['an amount of 13 digits of yuan', 'application.totalInvestment', 9_223n],
    ['an amount that is written out', 'yuan("1")', 9_223n],
    ['a sum of two kinds', 'sum(application.investment, ["equipment", "software"])', 4_611n],
    ['a number of items', 'size(application.effects)', size],
    ['a number of items, as a method', 'application.effects.size()', size],
    ['what is divided', '(application.totalInvestment / 10)', 9_223n],
    ['a remainder', '(application.totalInvestment % 10)', 9_223n],
    ['a number with its sign changed', '(-application.totalInvestment)', 9_223n],
    ['a negative number', '(-1000000000000000)', 9_223n],
    ['a sum', '(application.totalInvestment + application.totalInvestment)', 4_611n],
    ['a difference', '(application.totalInvestment - yuan("1"))', 4_611n],
    ['one of two, the first', '(project.certifiedBefore ? application.totalInvestment : 1)', 9_223n],
    ['one of two, the second', '(project.certifiedBefore ? 1 : application.totalInvestment)', 9_223n],
    ['one of two by a large number', '(application.totalInvestment > 0 ? 1 : 2)', 4_611_686_018_427_387_903n],
  ])('%s: %s times %i, and no more', (_, part, times) => {
    expect(faultOf(`${part} * ${times} > 0`)).toBe('')
    expect(() => holds(edition, `${part} * ${times} > 0`, facts)).not.toThrow()
    expect(faultOf(`${part} * ${times + 1n} > 0`)).toContain('too large')
  })

  it.each([
    ['of an item', '[1, 2].all(e, e + 1 > 0)'],
    ['of a fraction', '1.5 + 1.5 > 2.0'],
    ['of one of two that is a fraction', '(project.certifiedBefore ? 1.5 : 2.5) * 2.0 > 1.0'],
    ['of a fraction on the right', '2.0 * 1.5 > 1.0'],
    ['of a text put together', 'application.name + "a" == "b"'],
  ])('and one %s is not known before: %s', (_, expression) => {
    expect(faultOf(expression)).not.toBe('')
  })

  it('a division is by a number that is written out and is not nothing', () => {
    for (const divisor of ['0', '1.5', '"1"', '(1 + 1)', 'yuan("1")', 'application.totalInvestment'])
      for (const sign of ['/', '%'])
        expect([divisor, faultOf(`4 ${sign} ${divisor} > 0`)]).not.toEqual([divisor, ''])
    expect([faultOf('4 / 3 == 1'), faultOf('4 % 3 == 1')]).toEqual(['', ''])
    expect([holds(edition, '4 / 3 == 1', facts), holds(edition, '4 % 3 == 1', facts)]).toEqual([true, true])
  })
})

describe('a pattern', () => {
  it('has at most two hundred characters', () => {
    expect(matches('a'.repeat(200))).toBe('')
    expect(matches('a'.repeat(201))).toContain('at most 200')
  })

  it('repeats at most a thousand times in all; digits that repeat nothing do not count', () => {
    expect(matches('(a{600}){1}(b{399})')).toBe('')
    expect(matches('(a{600}){1}(b{400})')).toContain('repeats')
    expect(matches('1001')).toBe('')
  })

  it('is asked of the text alone, and needs no more of it', () => {
    expect(holds(edition, 'enterprise.industry.matches("^C3")', facts)).toBe(true)
    expect(holds(edition, 'enterprise.industry.matches("3")', facts)).toBe(true)
    expect(holds(edition, '["C34", "D"].exists(x, x.matches("^D$"))', facts)).toBe(true)
    expect(
      holds(edition, 'enterprise.industry.matches("^D") ? false : enterprise.industry.matches("C")', facts),
    ).toBe(true)
  })
})

describe('the steps that a condition may take', () => {
  const twice = 'application.effects.all(a, application.designations.all(b, a != b))'

  it('grow with the lists that it goes through, within one another as their product', () => {
    expect(faultOf(twice)).toBe('')
    expect(faultOf(chain(8, twice))).toContain('steps')
    expect(faultOf(`application.effects.all(c, ${twice})`)).toContain('steps')
    expect(faultOf(chain(40, 'application.effects.exists(a, a == "x")'))).toBe('')
  })

  it('grow with what is compared, with patterns, and with the kinds of a sum', () => {
    expect(faultOf(within('b == a'))).toBe('')
    for (const part of [
      'b.matches("a")',
      'application.effects == application.effects',
      'a in application.designations',
      'sum(application.investment, application.effects) > 0',
    ])
      expect([part, faultOf(within(part))]).toEqual([part, expect.stringContaining('steps')])
  })

  it('are told, with the most that there may be', () => {
    expect(faultOf(`application.effects.all(c, ${twice})`)).toMatch(/\d{5,}.*10000/)
  })
})

it('of several faults the first in the text is told', () => {
  const first = findConditionFault(edition, 'application.effects[0] == "a" || 1 / 0 == 1')
  expect([first?.start, first?.en]).toEqual([0, expect.stringContaining('not used')])
  expect(findConditionFault(edition, '1 / 0 == 1 || application.effects[0] == "a"')?.en).toContain('divided')
})

describe('what is not evaluated', () => {
  it('throws with the expression and what is wrong with it', () => {
    expect(() => holds(edition, '1 / 0 == 1', facts)).toThrow(/^1 \/ 0 == 1: .*divided/)
    expect(() => holds(edition, 'foo', facts)).toThrow(RangeError)
  })

  it('is not known to be false', () => {
    for (const expression of ['1 / 0 == 1', 'foo', '1', 'enterprise.legalPerson'])
      expect(isNever(edition, expression)).toBe(false)
  })
})

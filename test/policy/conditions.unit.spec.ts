import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findConditionFault, holds, isNever, type Facts } from '../../policy/edition/conditions.ts'
import { anApplication, anEnterprise, chongqing } from '../fixtures.ts'
import { expectBothLanguages } from './broken-edition.ts'

const { edition } = chongqing
const facts: Facts = {
  application: anApplication({ totalInvestment: '30000000.00', startOn: '2020-03-01' }),
  enterprise: anEnterprise(),
  implementedInCity: true,
  certifiedBefore: false,
}

describe('a condition', () => {
  it.each([
    ['application.totalInvestment >= yuan("30000000.00")', true],
    ['application.totalInvestment > yuan("30000000.00")', false],
    ['application.totalInvestment >= yuan("30000000.01")', false],
    ['application.startOn >= date("2020-03-01")', true],
    ['application.startOn > date("2020-03-01")', false],
    ['application.startOn <= date("2020-03-01")', true],
    ['application.startOn < date("2020-03-02")', true],
    ["application.startOn > date('2020-02-29')", true],
    ['application.completeOn > application.startOn', true],
    ['sum(application.investment, ["equipment", "software"]) == yuan("1800000")', true],
    ['sum(application.investment, ["cloud"]) == yuan("0")', true],
    ['sum(application.investment, ["constructor"]) == yuan("0")', true],
    ['"productivity" in application.effects', true],
    ['application.effects.exists(e, e == "ncRate")', false],
    ['application.cloudModel == ""', true],
    ['enterprise.size in ["medium", "small"] && enterprise.industry.matches("^C34")', true],
    ['!project.certifiedBefore && project.implementedInCity', true],
  ])('%s is %s', (expression, expected) => {
    expect(findConditionFault(edition, expression)).toBeUndefined()
    expect(holds(edition, expression, facts)).toBe(expected)
  })
})

describe('a condition that is wrong', () => {
  it.each([
    ['syntax', '1 +', 3, 'Unexpected token'],
    ['nothing at all', '', 0, 'Unexpected token'],
    ['an unknown variable', 'foo > 1', 0, 'foo'],
    ['an unknown field', 'size(application.foo) > 1', 17, 'foo'],
    ['a field that conditions may not see', 'enterprise.uscc == "a"', 11, 'uscc'],
    ['money against text', 'application.totalInvestment > "a"', 0, 'int > string'],
    ['a day against text', 'application.startOn < "2020-01-01"', 0, 'Day < string'],
    ['an amount that is none', 'true && yuan("abc") > 1', 8, 'yuan("abc") is not an amount'],
    ['an exponent', 'yuan("1e3") > 1', 0, 'yuan("1e3") is not an amount'],
    ['an amount behind a space', 'yuan ("abc") > 1', 0, 'yuan("abc") is not an amount'],
    ['an amount in single quotes', "yuan( 'abc' ) > 1", 0, 'yuan("abc") is not an amount'],
    ['an amount that is not written out', 'yuan(application.name) > 0', 0, 'plain text'],
    ['an amount put together', 'yuan("1" + "x") > 0', 0, 'plain text'],
    ['a raw text', 'yuan(r"1") > 0', 0, 'plain text'],
    [
      'a day that does not exist',
      'application.startOn > date("2021-13-01")',
      22,
      'date("2021-13-01") is not a date',
    ],
    ['a leap day of no leap year', 'date("2021-02-29") < application.startOn', 0, 'is not a date'],
    [
      'the second day',
      'application.startOn > date("2021-01-01") && application.startOn < date("x")',
      66,
      'is not a date',
    ],
    ['an amount, not yes or no', 'application.totalInvestment', 0, 'int, not true or false'],
    ['a text, not yes or no', 'application.name', 0, 'string, not true or false'],
    ['nothing, not yes or no', 'null', 0, 'null, not true or false'],
    ['a branch nobody takes', 'true ? true : application.x', 26, 'x'],
  ])('%s: %s, at character %i', (_, expression, start, reason) => {
    const fault = findConditionFault(edition, expression)
    expect(fault?.en).toContain(reason)
    if (fault) expectBothLanguages(fault)
    expect(fault?.start).toBe(start)
  })

  it.each([
    ['too deep', `${'('.repeat(60)}true${')'.repeat(60)}`, 'maxDepth'],
    ['too deep in lists', `size(${'['.repeat(60)}${']'.repeat(60)}) == 1`, 'maxDepth'],
    ['too long', Array.from({ length: 600 }, () => 'true').join(' && '), 'maxAstNodes'],
  ])('%s is refused, and does not throw', (_, expression, reason) => {
    expect(findConditionFault(edition, expression)?.en).toContain(reason)
  })
})

describe('a condition that can never hold', () => {
  it.each([
    ['false', true],
    ['1 > 2', true],
    ['!true', true],
    ['yuan("1") > yuan("2")', true],
    ['true', false],
    ['project.certifiedBefore', false],
    ['false && project.certifiedBefore', true],
    ['application.totalInvestment >= yuan("1")', false],
  ])('%s: %s', (expression, never) => {
    expect(isNever(edition, expression)).toBe(never)
  })
})

describe('a condition that could throw, overflow or take too long is refused when it is read', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'true' : `application.informationSystems.all(e${depth}, ${nested(depth - 1)})`

  it.each([
    ['a pattern that is none', 'enterprise.industry.matches("(")', 0, 'matches()'],
    ['a look-ahead, which RE2 does not have', 'enterprise.industry.matches("(?=a)")', 0, 'matches()'],
    ['a reference back', 'enterprise.industry.matches("(a)\\\\1")', 0, 'matches()'],
    ['a pattern that is not written out', 'enterprise.industry.matches(application.name)', 0, 'plain text'],
    ['a pattern put together', 'enterprise.industry.matches("a" + "b")', 0, 'plain text'],
    ['too many repeats', 'enterprise.industry.matches("(a{600}){1}(b{600})")', 0, 'repeats'],
    ['a long pattern', `enterprise.industry.matches("${'a'.repeat(201)}")`, 0, 'at most 200'],
    ['a pattern within a list', '["a"].exists(x, x.matches("["))', 16, 'matches()'],
    ['a division by nothing', '1 / 0 == 1', 0, 'divided'],
    ['a remainder of nothing', '1 % 0 == 1', 0, 'divided'],
    ['a division by a field', '1 / application.totalInvestment == 1', 0, 'divided'],
    ['a division by a difference', '1 / (2 - 2) == 1', 0, 'divided'],
    ['a division behind a choice', 'true || 1 / 0 == 1', 8, 'divided'],
    ['an element by its place', 'application.effects[0] == "a"', 0, 'not used'],
    ['an element that is not there', '["a"][1] == "a"', 0, 'not used'],
    ['a key that is not there', '{"a": 1}["b"] == 1', 0, 'not used'],
    ['a field of a map', '{"a": 1}.b == 1', 0, 'not used'],
    ['a sum that is too large', '9223372036854775807 + 1 > 0', 0, 'too large'],
    ['a product that is too large', 'application.totalInvestment * 10000 > 0', 0, 'too large'],
    ['a difference that is too small', '-9223372036854775807 - 2 < 0', 0, 'too large'],
    ['a text that is no number', 'int(application.name) > 1', 0, 'not used'],
    ['a double that is no number', 'double("x") > 1.0', 0, 'not used'],
    ['a time that is none', 'timestamp("x") > timestamp("y")', 0, 'not used'],
    ['a length of time that is none', 'duration("x") > duration("y")', 0, 'not used'],
    ['a type that is hidden', 'dyn("a") > 1', 0, ''],
    ['a part of a text', 'application.name.substring(9) == ""', 0, 'not used'],
    ['a place in a text', 'application.name.indexOf("a", 99) > 1', 0, 'not used'],
    ['what a map makes', 'application.effects.map(e, 1 / 0).size() > 1', 0, 'not used'],
    ['a name of its own', 'cel.bind(x, 1 / 0, x > 1)', 0, ''],
    ['three nested lists', nested(3), 0, 'steps'],
    ['seven nested lists', nested(7), 0, 'steps'],
  ])('%s: %s', (_, expression, start, reason) => {
    const began = performance.now()
    const fault = findConditionFault(edition, expression)
    expect(fault?.en).toContain(reason)
    if (fault) expectBothLanguages(fault)
    expect(fault?.start).toBeGreaterThanOrEqual(start)
    expect(() => holds(edition, expression, facts)).toThrow(RangeError)
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('has a pattern take no longer than its text', () => {
    const long = { ...facts, application: anApplication({ name: `${'a'.repeat(199)}!` }) }
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*)*b', '(a*)*(b*)*c'])
      expect(holds(edition, `application.name.matches("${pattern}")`, long)).toBe(false)
    expect(holds(edition, 'application.name.matches("a{10}!$")', long)).toBe(true)
  })

  it.each([
    ['application.totalInvestment * 2 - yuan("1") > yuan("3")', true],
    ['application.totalInvestment / 2 >= yuan("15000000.00")', true],
    ['-application.totalInvestment < 0', true],
    ['(enterprise.size == "large" ? 1 : 2) + 1 == 3', true],
    ['application.effects.filter(e, e != "ncRate").size() == 2', true],
    ['application.effects.all(e, application.informationSystems.exists(s, s == e))', false],
    ['has(application.name) && !(application.name.contains("x"))', true],
    ['sum(application.investment, ["equipment", "software"]) * 100 > 0', true],
  ])('but %s is %s', (expression, expected) => {
    expect(findConditionFault(edition, expression)).toBeUndefined()
    expect(holds(edition, expression, facts)).toBe(expected)
  })

  it('never throws when it is evaluated, whatever was let through', () => {
    const leaf = fc.constantFrom(
      'application.name',
      'application.totalInvestment',
      'application.effects',
      'application.startOn',
      'application.investment',
      'enterprise.legalPerson',
      '"a"',
      '0',
      '9223372036854775807',
      '-1',
      '1.5',
      'null',
      '[]',
      '["a"]',
      'yuan("1")',
      'date("2021-01-01")',
    )
    const { expression } = fc.letrec<{ expression: string }>((tie) => {
      const one = tie('expression')
      const operator = fc.constantFrom('==', '<', '>=', '&&', '||', 'in', '+', '-', '*', '/', '%')
      const method = fc.constantFrom(
        'size()',
        'contains("a")',
        'matches("a|b")',
        'exists(e, e == "a")',
        'all(e, e > 1)',
      )
      return {
        expression: fc.oneof(
          { maxDepth: 4, withCrossShrink: true },
          leaf,
          fc.tuple(one, operator, one).map(([a, how, b]) => `(${a} ${how} ${b})`),
          fc.tuple(one, method).map(([a, how]) => `${a}.${how}`),
          fc.tuple(one, one, one).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
          one.map((a) => `size(${a})`),
          one.map((a) => `!${a}`),
          fc.tuple(one, one).map(([a, b]) => `${a}[${b}]`),
        ),
      }
    })
    let taken = 0
    fc.assert(
      fc.property(expression, (text) => {
        if (findConditionFault(edition, text)) return
        taken += 1
        expect(typeof holds(edition, text, facts)).toBe('boolean')
      }),
      { numRuns: 3_000 },
    )
    expect(taken).toBeGreaterThan(20)
  })
})

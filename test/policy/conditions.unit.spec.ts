import { describe, expect, it } from 'vitest'
import { findConditionFault, holds, isNever, type Facts } from '../../policy/conditions.ts'
import { anApplication, anEnterprise } from '../fixtures.ts'

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
    expect(findConditionFault(expression)).toBeUndefined()
    expect(holds(expression, facts)).toBe(expected)
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
    const fault = findConditionFault(expression)
    expect(fault?.reason).toContain(reason)
    expect(fault?.start).toBe(start)
  })

  it.each([
    ['too deep', `${'('.repeat(60)}true${')'.repeat(60)}`, 'maxDepth'],
    ['too deep in lists', `size(${'['.repeat(60)}${']'.repeat(60)}) == 1`, 'maxDepth'],
    ['too long', Array.from({ length: 600 }, () => 'true').join(' && '), 'maxAstNodes'],
  ])('%s is refused, and does not throw', (_, expression, reason) => {
    expect(findConditionFault(expression)?.reason).toContain(reason)
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
    expect(isNever(expression)).toBe(never)
  })
})

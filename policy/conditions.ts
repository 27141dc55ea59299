import { Environment, type ParseResult } from '@marcbachmann/cel-js'
import type { Application, Enterprise } from './application.ts'
import { isDate } from './dates.ts'
import { isYuan, sumFen, yuanToFen } from './money.ts'

/** What is asked about: the application, who files it, and what the register knows beside them. */
export type Facts = {
  application: Application
  enterprise: Enterprise
  /** The project is carried out in the authority's area. */
  implementedInCity: boolean
  /** The same project has been certified before. */
  certifiedBefore: boolean
}

/** What is wrong with an expression, and where in its text (zero-based characters). */
export type ConditionFault = { reason: string; start: number }

class Day {
  readonly text: string
  constructor(text: string) {
    if (!isDate(text)) throw new RangeError(`date(${JSON.stringify(text)}) is not a date such as 2021-02-18`)
    this.text = text
  }
}

class Amounts {
  readonly byKind: Readonly<Record<string, string>>
  constructor(byKind: Readonly<Record<string, string>>) {
    this.byKind = byKind
  }
}

function fen(text: string): bigint {
  if (!isYuan(text))
    throw new RangeError(`yuan(${JSON.stringify(text)}) is not an amount such as "1000000.00"`)
  return yuanToFen(text)
}

/** The language of conditions: CEL with money as whole fen, days, and the sum of kinds of investment. */
const language = new Environment({ limits: { maxDepth: 50, maxAstNodes: 500 } })
  .registerType('Day', Day)
  .registerType('Amounts', Amounts)
  .registerVariable('application', {
    schema: {
      name: 'string',
      district: 'string',
      category: 'string',
      site: 'string',
      startOn: 'Day',
      completeOn: 'Day',
      totalInvestment: 'int',
      investment: 'Amounts',
      effects: 'list<string>',
      informationSystems: 'list<string>',
      cloudModel: 'string',
      designations: 'list<string>',
    },
  })
  .registerVariable('enterprise', {
    schema: {
      district: 'string',
      registeredInCity: 'bool',
      legalPerson: 'bool',
      industry: 'string',
      size: 'string',
    },
  })
  .registerVariable('project', { schema: { implementedInCity: 'bool', certifiedBefore: 'bool' } })
  .registerFunction('yuan(string): int', fen)
  .registerFunction('date(string): Day', (text: string) => new Day(text))
  .registerFunction('sum(Amounts, list<string>): int', (amounts: Amounts, kinds: string[]) =>
    sumFen(amounts.byKind, kinds),
  )
  .registerOperator('Day >= Day', (a: Day, b: Day) => a.text >= b.text)
  .registerOperator('Day > Day', (a: Day, b: Day) => a.text > b.text)
  .registerOperator('Day <= Day', (a: Day, b: Day) => a.text <= b.text)
  .registerOperator('Day < Day', (a: Day, b: Day) => a.text < b.text)

const literalPattern = /\b(yuan|date)\s*\((?:\s*(["'])((?:(?!\2)[^\\])*)\2\s*\))?/g

const compiled = new Map<string, ParseResult>()

/**
 * Whether a condition holds for these facts. Conditions are checked when an edition is read, so that none can fail here.
 */
export function holds(expression: string, facts: Facts): boolean {
  let evaluate = compiled.get(expression)
  if (!evaluate) compiled.set(expression, (evaluate = language.parse(expression)))
  return evaluate(activation(facts)) === true
}

/** What is wrong with a condition: syntax, types, a wrong amount or date in it, not a yes-or-no. Nothing, if it is right. */
export function findConditionFault(expression: string): ConditionFault | undefined {
  const { valid, type, error } = language.check(expression)
  if (!valid) {
    const reason = error && 'summary' in error ? error.summary : 'is not an expression'
    return { reason, start: error?.range?.start ?? 0 }
  }
  if (type !== 'bool') return { reason: `is ${type ?? 'of an unknown type'}, not true or false`, start: 0 }
  return findLiteralFault(expression)
}

/** Whether a condition can never hold, because it asks nothing of the case and is false. */
export function isNever(expression: string): boolean {
  try {
    return language.evaluate(expression, {}) === false
  } catch {
    return false
  }
}

function findLiteralFault(expression: string): ConditionFault | undefined {
  for (const { 1: name, 2: quote, 3: text = '', index } of expression.matchAll(literalPattern)) {
    if (quote === undefined) return { reason: `${name}() takes a plain text in quotes`, start: index }
    const isRight = name === 'yuan' ? isYuan : isDate
    if (!isRight(text))
      return {
        reason: `${name}("${text}") is not ${name === 'yuan' ? 'an amount in yuan' : 'a date'}`,
        start: index,
      }
  }
  return undefined
}

function activation({ application, enterprise, implementedInCity, certifiedBefore }: Facts) {
  return {
    application: {
      ...application,
      startOn: new Day(application.startOn),
      completeOn: new Day(application.completeOn),
      totalInvestment: yuanToFen(application.totalInvestment),
      investment: new Amounts(application.investment),
      cloudModel: application.cloudModel ?? '',
    },
    enterprise,
    project: { implementedInCity, certifiedBefore },
  }
}

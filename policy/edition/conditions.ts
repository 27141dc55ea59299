import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import type { Application, Enterprise } from './application.ts'
import { conditionWords, libraryWords } from './condition-words.ts'
import { findLimitFault, type ConditionFault } from './condition-limits.ts'
import { isDate } from '../time/dates.ts'
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
  .registerFunction('string.matchesLinearly(string): bool', (text: string, pattern: string) =>
    patternOf(pattern).matcher(text).find(),
  )
  .registerOperator('Day >= Day', (a: Day, b: Day) => a.text >= b.text)
  .registerOperator('Day > Day', (a: Day, b: Day) => a.text > b.text)
  .registerOperator('Day <= Day', (a: Day, b: Day) => a.text <= b.text)
  .registerOperator('Day < Day', (a: Day, b: Day) => a.text < b.text)

const literalPattern = /\b(yuan|date)\s*\((?:\s*(["'])((?:(?!\2)[^\\])*)\2\s*\))?/g

const compiled = new Map<string, ParseResult>()
const patterns = new Map<string, RE2JS>()

/** Whether a condition holds for these facts. What the check of an edition would refuse is not evaluated here either. */
export function holds(expression: string, facts: Facts): boolean {
  return compile(expression)(activation(facts)) === true
}

function compile(expression: string): ParseResult {
  const known = compiled.get(expression)
  if (known) return known
  const fault = findConditionFault(expression)
  if (fault) throw new RangeError(`${expression}: ${fault.en}`)
  const made = language.parse(expression)
  matchLinearly(made.ast)
  compiled.set(expression, made)
  return made
}

/**
 * Has `matches` run RE2, as CEL prescribes: its time grows with the text alone. The library runs the host's regular
 * expressions, which `^(a+)+$` keeps busy for ever, and lets nobody take the place of its functions: so the call is renamed.
 */
function matchLinearly(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = 'matchesLinearly'
  for (const part of partsOf(node.args)) matchLinearly(part)
}

function partsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf)
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : []
}

function patternOf(pattern: string): RE2JS {
  let made = patterns.get(pattern)
  if (!made) patterns.set(pattern, (made = RE2JS.compile(pattern)))
  return made
}

/** What is wrong with a condition: syntax, types, a wrong amount or date in it, not a yes-or-no. Nothing, if it is right. */
export function findConditionFault(expression: string): ConditionFault | undefined {
  const { valid, type, error } = language.check(expression)
  if (!valid) {
    const summary = error && 'summary' in error ? error.summary : 'is not an expression'
    return { ...libraryWords(error?.code ?? '', summary), start: error?.range?.start ?? 0 }
  }
  if (type !== 'bool')
    return { ...(type === undefined ? conditionWords.untyped() : conditionWords.notBoolean(type)), start: 0 }
  return findLiteralFault(expression) ?? findLimitFault(language.parse(expression).ast)
}

/** Whether a condition can never hold, because it asks nothing of the case and is false. */
export function isNever(expression: string): boolean {
  try {
    return compile(expression)({}) === false
  } catch {
    return false
  }
}

function findLiteralFault(expression: string): ConditionFault | undefined {
  for (const { 1: name, 2: quote, 3: text = '', index } of expression.matchAll(literalPattern)) {
    if (quote === undefined) return { ...conditionWords.plainText(name ?? ''), start: index }
    const isRight = name === 'yuan' ? isYuan : isDate
    if (!isRight(text))
      return {
        ...(name === 'yuan' ? conditionWords.noAmount(text) : conditionWords.noDate(text)),
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

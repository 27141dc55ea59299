import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import type { Application, Enterprise } from './application.ts'
import { conditionWords, libraryWords } from './condition-words.ts'
import { findLimitFault, type ConditionFault, type Sizes } from './condition-limits.ts'
import {
  Amounts,
  Day,
  dayOf,
  fenOf,
  hundredthsOf,
  isPercent,
  seenFields,
  type SeenField,
} from './condition-values.ts'
import type { Form } from './field.ts'
import { formOf, type FormDocument } from './form.ts'
import { isDate } from '../time/dates.ts'
import { isYuan, sumFen } from './money.ts'

/** What is asked about: the application, who files it, and what the register knows beside them. */
export type Facts = {
  application: Application
  enterprise: Enterprise
  /** The project is carried out in the authority's area. */
  implementedInCity: boolean
  /** The same project has been certified before. */
  certifiedBefore: boolean
}

/** What asks of an application alone: its own form, which knows of nothing else. */
type Asked = Facts | Pick<Facts, 'application'>

/** An expression that is ready to run, with the fields that it names. */
type Compiled = { run: ParseResult; fields: readonly string[] }

/** The language of the conditions of one form: CEL with money as whole fen, days, and its fields by their types. */
type Language = {
  environment: Environment
  fields: ReadonlyMap<string, SeenField>
  sizes: Sizes
  compiled: Map<string, Compiled>
}

/** What conditions see of the fields that every procedure has. */
const common: SeenField[] = (['name', 'district', 'category'] as const).map((id) => ({
  id,
  type: 'string',
  elements: 0,
  most: undefined,
  valueIn: (application) => application[id],
}))

/**
 * What every language has; a form adds its fields to a copy. Each handler is a function of its own: the library writes on it when
 * it is first called, and what a module exports is frozen in the worker.
 */
const base = new Environment({ limits: { maxDepth: 50, maxAstNodes: 500 } })
  .registerType('Day', Day)
  .registerType('Amounts', Amounts)
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
  .registerFunction('yuan(string): int', (text: string) => fenOf(text))
  .registerFunction('percent(string): int', (text: string) => hundredthsOf(text))
  .registerFunction('date(string): Day', (text: string) => dayOf(text))
  .registerFunction('sum(Amounts): int', ({ byKind }: Amounts) => sumFen(byKind))
  .registerFunction('sum(Amounts, list<string>): int', ({ byKind }: Amounts, kinds: string[]) =>
    sumFen(byKind, kinds),
  )
  .registerFunction('string.matchesLinearly(string): bool', (text: string, pattern: string) =>
    patternOf(pattern).matcher(text).find(),
  )
  .registerOperator('Day >= Day', (a: Day, b: Day) => a.text >= b.text)
  .registerOperator('Day > Day', (a: Day, b: Day) => a.text > b.text)
  .registerOperator('Day <= Day', (a: Day, b: Day) => a.text <= b.text)
  .registerOperator('Day < Day', (a: Day, b: Day) => a.text < b.text)

function createLanguage({ fields: ofForm }: Form): Language {
  const seen = [...common, ...seenFields(ofForm)]
  const schema = Object.fromEntries(seen.map(({ id, type }) => [id, type]))
  const environment = base.clone().registerVariable('application', { schema })
  const byId = new Map(seen.map((field) => [field.id, field]))
  return { environment, fields: byId, sizes: byId, compiled: new Map() }
}

/** Forms whose fields have the same names, types and sizes have one language; so many are kept. */
const mostLanguages = 50
const languages = new Map<string, Language>()
const languageOfForm = new WeakMap<Form, Language>()

function languageOf(edition: FormDocument): Language {
  const form = formOf(edition)
  const known = languageOfForm.get(form)
  if (known) return known
  const key = JSON.stringify(seenFields(form.fields).map(({ id, type, elements }) => [id, type, elements]))
  const language = languages.get(key) ?? createLanguage(form)
  languages.set(key, language)
  const [oldest] = languages.keys()
  if (languages.size > mostLanguages && oldest !== undefined) languages.delete(oldest)
  languageOfForm.set(form, language)
  return language
}

const literalPattern = /\b(yuan|date|percent)\s*\((?:\s*(["'])((?:(?!\2)[^\\])*)\2\s*\))?/g

const literals = {
  yuan: { isRight: isYuan, fault: conditionWords.noAmount },
  date: { isRight: isDate, fault: conditionWords.noDate },
  percent: { isRight: isPercent, fault: conditionWords.noPercent },
} as const

/** A document has fewer expressions than these: only what is made up in passing is compiled again. */
const mostCompiled = 2_000
const patterns = new Map<string, RE2JS>()

/**
 * Whether a condition of an edition holds for these facts. What the check of an edition would refuse is not evaluated here
 * either: it throws a `RangeError`. A condition of the form itself is asked of the application alone.
 */
export function holds(edition: FormDocument, expression: string, facts: Asked): boolean {
  const language = languageOf(edition)
  const { run, fields } = compile(language, expression)
  return run(activation(language, fields, facts)) === true
}

/** The fields of the form that a condition names; it throws a `RangeError` where the check of an edition would refuse it. */
export function fieldsNamed(edition: FormDocument, expression: string): readonly string[] {
  return compile(languageOf(edition), expression).fields
}

function compile(language: Language, expression: string): Compiled {
  const known = language.compiled.get(expression)
  if (known) return known
  const fault = faultIn(language, expression)
  if (fault) throw new RangeError(`${expression}: ${fault.en}`)
  const run = language.environment.parse(expression)
  const named = new Set(fieldsIn(run.ast))
  const fields = named.has(whole) ? [...language.fields.keys()] : [...named]
  matchLinearly(run.ast)
  if (language.compiled.size >= mostCompiled) language.compiled.clear()
  const made = { run, fields }
  language.compiled.set(expression, made)
  return made
}

/** Stands for the application as a whole. */
const whole = '*'

function fieldsIn(node: ASTNode): string[] {
  if (node.op === 'id') return node.args === 'application' ? [whole] : []
  if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'application')
    return [node.args[1]]
  return partsOf(node.args).flatMap(fieldsIn)
}

/** Whether a condition is about the application alone, so that the form itself may ask it. */
export function isOfForm(edition: FormDocument, expression: string): boolean {
  const { run } = compile(languageOf(edition), expression)
  return !namesBeside(run.ast)
}

function namesBeside(node: ASTNode): boolean {
  if (node.op === 'id') return ['enterprise', 'project'].includes(node.args)
  return partsOf(node.args).some(namesBeside)
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
export function findConditionFault(edition: FormDocument, expression: string): ConditionFault | undefined {
  return faultIn(languageOf(edition), expression)
}

function faultIn({ environment, sizes }: Language, expression: string): ConditionFault | undefined {
  const { valid, type, error } = environment.check(expression)
  if (!valid) {
    const summary = error && 'summary' in error ? error.summary : 'is not an expression'
    return { ...libraryWords(error?.code ?? '', summary), start: error?.range?.start ?? 0 }
  }
  if (type !== 'bool')
    return { ...(type === undefined ? conditionWords.untyped() : conditionWords.notBoolean(type)), start: 0 }
  return findLiteralFault(expression) ?? findLimitFault(environment.parse(expression).ast, sizes)
}

/** Whether a condition can never hold, because it asks nothing of the case and is false. */
export function isNever(edition: FormDocument, expression: string): boolean {
  try {
    return compile(languageOf(edition), expression).run({}) === false
  } catch {
    return false
  }
}

function findLiteralFault(expression: string): ConditionFault | undefined {
  for (const { 1: name = '', 2: quote, 3: text = '', index } of expression.matchAll(literalPattern)) {
    if (quote === undefined) return { ...conditionWords.plainText(name), start: index }
    const { isRight, fault } = literals[name as keyof typeof literals]
    if (!isRight(text)) return { ...fault(text), start: index }
  }
  return undefined
}

function activation({ fields }: Language, named: readonly string[], facts: Asked) {
  const application: Record<string, unknown> = {}
  for (const name of named) application[name] = fields.get(name)?.valueIn(facts.application)
  if (!('enterprise' in facts)) return { application }
  const { enterprise, implementedInCity, certifiedBefore } = facts
  return { application, enterprise, project: { implementedInCity, certifiedBefore } }
}

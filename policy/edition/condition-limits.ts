import type { ASTNode } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import type { Words } from '../words/bilingual.ts'
import { largestAmount, largestShare, type SeenField } from './condition-values.ts'
import { conditionWords } from './condition-words.ts'

/** What is wrong with an expression, in both languages, and where in its text (zero-based characters). */
export type ConditionFault = Words & { start: number }

/** What is known of a part before it is evaluated: its steps at most, its elements if it is a list, how large it is if it is an int. */
type Bounds = { steps: number; elements: number; most?: bigint | undefined }

/** How many elements a field of the form has, and how large it is, at most. */
export type Sizes = ReadonlyMap<string, Pick<SeenField, 'elements' | 'most'>>

type Measured = { bounds: Bounds; faults: ConditionFault[] }

const stepsAtMost = 10_000
const largestInt = 2n ** 63n - 1n
const repeatsAtMost = 1_000
const patternAtMost = 200

/**
 * Why an expression is not evaluated, although its types are right: it could throw, overflow, or take too long. What is left
 * of CEL is total: each condition is true or false for every application, in a number of steps that is known before.
 */
export function findLimitFault(ast: ASTNode, sizes: Sizes): ConditionFault | undefined {
  const { bounds, faults } = measureIn(sizes, ast)
  const [first] = faults.toSorted((a, b) => a.start - b.start)
  if (first) return first
  return bounds.steps > stepsAtMost
    ? { ...conditionWords.steps(bounds.steps, stepsAtMost), start: 0 }
    : undefined
}

/** Measures a part of an expression. */
type Measure = (node: ASTNode) => Measured

function measureIn(sizes: Sizes, node: ASTNode): Measured {
  const measure = (part: ASTNode) => measureIn(sizes, part)
  if (node.op === 'value') return measureValue(node)
  if (node.op === 'id') return sized(0)
  if (node.op === '.') return measureField(sizes, node)
  if (node.op === 'list') return joined(node.args.map(measure), { elements: node.args.length })
  if (node.op === 'call') return measureCall(measure, node, node.args[0], node.args[1])
  if (node.op === 'rcall') return measureMethod(measure, node)
  if (node.op === '!_') return joined([measure(node.args)])
  if (node.op === '?:') return measureChoice(measure, node.args)
  return measureOperator(measure, node)
}

function measureChoice(measure: Measure, args: ASTNode[]): Measured {
  const parts = args.map(measure)
  return joined(parts, { elements: mostElements(parts), most: largestOf(parts.slice(1)) })
}

type Operator = Exclude<ASTNode, { op: 'value' | 'id' | '.' | 'list' | 'call' | 'rcall' | '!_' | '?:' }>

function measureOperator(measure: Measure, node: Operator): Measured {
  switch (node.op) {
    case '||':
    case '&&':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      return measureBoth(measure, node.args)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return measureArithmetic(measure, node, node.op, node.args)
    case '-_':
      return measureArithmetic(measure, node, '-', [node.args])
    case '[]':
    case '.?':
    case '[?]':
    case 'map':
      return refused(node, conditionWords.unused(node.op))
  }
}

function measureValue(node: ASTNode & { op: 'value' }): Measured {
  const value = node.args
  if (typeof value === 'bigint') return { ...sized(0), bounds: { ...sized(0).bounds, most: abs(value) } }
  return typeof value === 'object' && value !== null ? refused(node, conditionWords.literals()) : sized(0)
}

function measureField(sizes: Sizes, node: ASTNode & { op: '.' }): Measured {
  const [of, name] = node.args
  const size = of.op === 'id' && of.args === 'application' ? sizes.get(name) : undefined
  return joined([measureIn(sizes, of)], { elements: size?.elements ?? 0, most: size?.most })
}

function measureBoth(measure: Measure, args: ASTNode[]): Measured {
  const parts = args.map(measure)
  return joined(parts, { more: mostElements(parts) })
}

const largestSize = 1_000_000n

function measureCall(measure: Measure, node: ASTNode, name: string, args: ASTNode[]): Measured {
  const parts = args.map(measure)
  switch (name) {
    case 'size':
      return joined(parts, { most: largestSize })
    case 'yuan':
      return joined(parts, { most: largestAmount })
    case 'percent':
      return joined(parts, { most: largestShare })
    case 'sum':
      return joined(parts, measuredSum(mostElements(parts.slice(-1))))
    case 'date':
    case 'has':
      return joined(parts)
    default:
      return refused(node, conditionWords.unused(`${name}()`))
  }
}

/** A sum of so many amounts: of the terms that it names, else of all there are. */
function measuredSum(count: number) {
  return { more: count, most: largestAmount * BigInt(count) }
}

function measureMethod(measure: Measure, node: ASTNode & { op: 'rcall' }): Measured {
  const [name, receiver, args] = node.args
  const of = measure(receiver)
  switch (name) {
    case 'size':
      return joined([of], { most: largestSize })
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return joined([of, ...args.map(measure)])
    case 'matches':
      return withFault(joined([of], { more: 100 }), node, patternFault(args[0]))
    case 'all':
    case 'exists':
    case 'exists_one':
    case 'filter': {
      const { bounds, faults } = joined(args.slice(1).map(measure))
      const steps = of.bounds.elements * (bounds.steps + 1)
      return joined([of, { bounds: { steps, elements: 0 }, faults }], {
        elements: name === 'filter' ? of.bounds.elements : 0,
      })
    }
    default:
      return refused(node, conditionWords.unused(`${name}()`))
  }
}

function patternFault(pattern: ASTNode | undefined): Words | undefined {
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return conditionWords.plainText('matches')
  const text = pattern.args
  if (text.length > patternAtMost) return conditionWords.patternLength(patternAtMost)
  const counts = [...text.matchAll(/\d+/g)].map(([count]) => Number(count))
  if (counts.reduce((sum, count) => sum + count, 0) > repeatsAtMost && text.includes('{'))
    return conditionWords.patternRepeats(repeatsAtMost)
  try {
    RE2JS.compile(text)
    return undefined
  } catch (error) {
    return conditionWords.pattern(error instanceof Error ? error.message : String(error))
  }
}

function measureArithmetic(measure: Measure, node: ASTNode, op: string, args: ASTNode[]): Measured {
  const parts = args.map(measure)
  const [left, right = 0n] = parts.map(({ bounds }) => bounds.most)
  const isDivision = op === '/' || op === '%'
  const divisor = args[1]
  if (isDivision && !(divisor?.op === 'value' && typeof divisor.args === 'bigint' && divisor.args !== 0n))
    return withFault(joined(parts), node, conditionWords.division())
  if (left === undefined || parts.some(({ bounds }) => bounds.most === undefined))
    return withFault(joined(parts), node, conditionWords.unknownSize())
  const most = isDivision ? left : op === '*' ? left * right : left + right
  return withFault(joined(parts, { most }), node, most > largestInt ? conditionWords.tooLarge() : undefined)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

function sized(elements: number): Measured {
  return { bounds: { steps: 1, elements }, faults: [] }
}

function refused(node: ASTNode, words: Words): Measured {
  return withFault(sized(0), node, words)
}

function withFault({ bounds, faults }: Measured, { start }: ASTNode, words: Words | undefined): Measured {
  return { bounds, faults: words === undefined ? faults : [...faults, { ...words, start }] }
}

function joined(
  parts: Measured[],
  { elements = 0, more = 0, most }: { elements?: number; more?: number; most?: bigint | undefined } = {},
): Measured {
  const steps = parts.reduce((sum, { bounds }) => sum + bounds.steps, 1 + more)
  return { bounds: { steps, elements, most }, faults: parts.flatMap(({ faults }) => faults) }
}

function mostElements(parts: Measured[]): number {
  return Math.max(0, ...parts.map(({ bounds }) => bounds.elements))
}

function largestOf(parts: Measured[]): bigint | undefined {
  const sizes = parts.map(({ bounds }) => bounds.most)
  return sizes.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b))
}

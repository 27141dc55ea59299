import type { Application, FieldValue } from './application.ts'
import { isList, type Field } from './field.ts'
import { isYuan, yuanToFen } from './money.ts'
import { isDate } from '../time/dates.ts'

/** A day, as conditions compare it; one that was left out is before every other. */
export class Day {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Amounts in yuan by their terms, as conditions add them up. */
export class Amounts {
  readonly byKind: Readonly<Record<string, string>>
  constructor(byKind: Readonly<Record<string, string>>) {
    this.byKind = byKind
  }
}

/** A text that is written out in a condition, as a day; throws a `RangeError` on anything else. */
export function dayOf(text: string): Day {
  if (!isDate(text)) throw new RangeError(`date(${JSON.stringify(text)}) is not a date such as 2021-02-18`)
  return new Day(text)
}

/** A text that is written out in a condition, as whole fen; throws a `RangeError` on anything else. */
export function fenOf(text: string): bigint {
  if (!isYuan(text))
    throw new RangeError(`yuan(${JSON.stringify(text)}) is not an amount such as "1000000.00"`)
  return yuanToFen(text)
}

/** 13 digits of yuan, in fen. */
export const largestAmount = 10n ** 15n
/** A million percent, in hundredths. */
export const largestShare = 10n ** 8n

const percentPattern = /^(0|[1-9]\d{0,5})(?:\.\d{1,2})?$/

/** Whether a text is a share in percent: at most six digits, at most two decimals. */
export function isPercent(text: string): boolean {
  return percentPattern.test(text)
}

/** A text that is written out in a condition, as hundredths of a percent; throws a `RangeError` on anything else. */
export function hundredthsOf(text: string): bigint {
  if (!isPercent(text)) throw new RangeError(`percent(${JSON.stringify(text)}) is not a share such as "12.5"`)
  return hundredths(Number(text))
}

function hundredths(percent: number): bigint {
  return BigInt(Math.round(percent * 100))
}

type Typed = {
  /** Its type in CEL. */
  type: string
  /** A value of it, of which nothing is certain but that a schema let it through. */
  read: (value: FieldValue | undefined) => unknown
  /** How large it is at most, if it is an int. */
  most?: bigint
}

const text: Typed = { type: 'string', read: (value) => (typeof value === 'string' ? value : '') }

/** What conditions see of a field, by its type; what was left out is nothing: an empty text, 0, no, an empty list. */
const typed = {
  text,
  one: text,
  number: { type: 'double', read: (value) => (typeof value === 'number' ? value : 0) },
  money: {
    type: 'int',
    read: (value) => (typeof value === 'string' ? yuanToFen(value) : 0n),
    most: largestAmount,
  },
  percent: {
    type: 'int',
    read: (value) => (typeof value === 'number' ? hundredths(value) : 0n),
    most: largestShare,
  },
  date: { type: 'Day', read: (value) => new Day(typeof value === 'string' ? value : '') },
  yesNo: { type: 'bool', read: (value) => value === true },
  several: text,
  amounts: { type: 'Amounts', read: (value) => new Amounts(recordOf(value)) },
} satisfies Record<Exclude<Field['type'], 'paper'>, Typed>

function recordOf(value: FieldValue | undefined): Record<string, string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, string>)
    : {}
}

/** A field as conditions see it: its type in CEL, how many elements it has and how large it is at most, and its value. */
export type SeenField = {
  id: string
  type: string
  elements: number
  most: bigint | undefined
  valueIn: (application: Application) => unknown
}

/** The fields of a form that conditions see: all but papers. */
export function seenFields(fields: readonly Field[]): SeenField[] {
  return fields.flatMap((field) => (field.type === 'paper' ? [] : [seen(field, typed[field.type])]))
}

function seen(field: Field, { type, read, most }: Typed): SeenField {
  const { id } = field
  if (!isList(field))
    return { id, type, elements: elementsOf(field), most, valueIn: (application) => read(application[id]) }
  return {
    id,
    type: `list<${type}>`,
    elements: elementsOf(field),
    most: undefined,
    valueIn: (application) => {
      const value = application[id]
      return Array.isArray(value) ? value.map((each) => read(each)) : []
    },
  }
}

function elementsOf(field: Field): number {
  if (field.type === 'several') return field.atMost ?? field.of.length
  if (field.type === 'amounts') return field.of.length
  return 'copies' in field ? (field.copies ?? 0) : 0
}

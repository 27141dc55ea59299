import { z } from 'zod'
import { inBoth } from '../words/bilingual.ts'
import {
  amounts,
  CreditCode,
  DateText,
  Evidence,
  oneOf,
  Yuan,
  type Application,
  type FieldValue,
} from './application.ts'
import { districtSchema } from './districts.ts'
import type { Edition } from './edition.ts'
import { isList, largestLine, largestNumber, mostPercent, type Field } from './field.ts'
import { formOf } from './form.ts'
import { fieldsNamed, holds } from './conditions.ts'
import { yuanToFen } from './money.ts'
import { subjects } from './subjects.ts'
import { line, nameLine, paragraph } from './text.ts'

/** Reads an application, and shows of which fields it is made. */
export type ApplicationSchema = z.ZodType<Application> & { readonly shape: z.core.$ZodShape }

const schemas = new WeakMap<Edition, ApplicationSchema>()

/** The form of an application under an edition, made once for each: what every procedure asks for, then its own fields. */
export function applicationSchema(edition: Edition): ApplicationSchema {
  const known = schemas.get(edition)
  if (known) return known
  const { fields, checks } = formOf(edition)
  const made = z
    .strictObject({
      name: nameLine(200),
      uscc: CreditCode,
      district: districtSchema(edition.bodies),
      category: oneOf(edition.categories),
      ...Object.fromEntries(fields.map((field) => [field.id, schemaOf(field)])),
    })
    .superRefine((value, context) => {
      const application = value as Application
      const faulty = new Set(context.issues.map(({ path }) => path?.[0]))
      const isSound = (condition: string) =>
        fieldsNamed(edition, condition).every((name) => !faulty.has(name))
      for (const field of fields) {
        if (field.when === undefined || faulty.has(field.id) || !isSound(field.when)) continue
        const isAsked = holds(edition, field.when, { application })
        const message = wordsOfAsking(field, application[field.id], isAsked)
        if (message !== undefined) context.addIssue({ code: 'custom', path: [field.id], message })
      }
      for (const { at, require, zh, en } of checks)
        if (isSound(require) && !holds(edition, require, { application }))
          context.addIssue({ code: 'custom', path: [at], message: inBoth(zh, en) })
    })
    .register(subjects, { of: 'application', edition }) as unknown as ApplicationSchema
  schemas.set(edition, made)
  return made
}

/** What is wrong with a field that is asked on a condition: left out, where it is asked, or entered, where it is not. */
function wordsOfAsking(field: Field, value: FieldValue | undefined, isAsked: boolean): string | undefined {
  if (isAsked)
    return field.optional || !isLeftOut(value) || field.type === 'amounts'
      ? undefined
      : inBoth('必须填写', 'must be given')
  return isLeftOut(value)
    ? undefined
    : inBoth('此种情形不须填写，请留空', 'is not asked for in this case: leave it out')
}

function isLeftOut(value: FieldValue | undefined): boolean {
  return (
    value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
  )
}

/** What a field takes: one value or a list, with what stands there where it is left out. */
function schemaOf(field: Field): z.ZodType {
  const mayBeLeftOut = field.optional === true || field.when !== undefined
  const told = described(listOrValue(field, mayBeLeftOut), field)
  if (!mayBeLeftOut) return told
  if (isList(field)) return (told as z.ZodType<unknown[]>).default([])
  if (field.type === 'amounts') return (told as z.ZodType<Record<string, string>>).default({})
  return told.nullable().default(null)
}

function listOrValue(field: Field, mayBeLeftOut: boolean): z.ZodType {
  if (field.type === 'several')
    return listOf(oneOf(field.of), {
      least: field.atLeast ?? 1,
      most: field.atMost ?? field.of.length,
      mayBeLeftOut,
    })
  const value = valueOf(field)
  return 'copies' in field && field.copies !== undefined
    ? listOf(value, { least: 1, most: field.copies, mayBeLeftOut })
    : value
}

function listOf(
  item: z.ZodType,
  { least, most, mayBeLeftOut }: { least: number; most: number; mayBeLeftOut: boolean },
): z.ZodType {
  const list = z.array(item).max(most)
  if (!mayBeLeftOut) return list.min(least)
  if (least === 1) return list
  return list.refine(
    ({ length }) => length === 0 || length >= least,
    inBoth(`至少 ${least} 项`, `must have at least ${least} items`),
  )
}

function valueOf(field: Exclude<Field, { type: 'several' }>): z.ZodType {
  switch (field.type) {
    case 'text':
      return textOf(field)
    case 'number':
      return z
        .number()
        .min(field.atLeast ?? -largestNumber)
        .max(field.atMost ?? largestNumber)
    case 'money':
      return within(Yuan, field, yuanToFen)
    case 'percent':
      return z
        .number()
        .min(field.atLeast ?? 0)
        .max(field.atMost ?? mostPercent)
        .refine(hasTwoDecimals, inBoth('至多两位小数', 'must have at most two decimals'))
    case 'date':
      return within(DateText, field, (day) => day)
    case 'yesNo':
      return z.boolean()
    case 'one':
      return oneOf(field.of)
    case 'amounts':
      return amounts(field.of)
    case 'paper':
      return Evidence
  }
}

function textOf({ atLeast = 1, atMost = largestLine }: Extract<Field, { type: 'text' }>): z.ZodType {
  const text = atMost > largestLine ? paragraph(atMost) : line(atMost)
  return atLeast > 1 ? text.min(atLeast) : text
}

function hasTwoDecimals(value: number): boolean {
  return Number(value.toFixed(2)) === value
}

/** A text that stands for a quantity, between its limits; one that is none has its own issue. */
function within(
  schema: z.ZodType<string>,
  { atLeast, atMost }: { atLeast?: string | undefined; atMost?: string | undefined },
  quantityOf: (text: string) => bigint | string,
): z.ZodType<string> {
  const low = atLeast === undefined ? undefined : quantityOf(atLeast)
  const high = atMost === undefined ? undefined : quantityOf(atMost)
  if (low === undefined && high === undefined) return schema
  return schema.superRefine((text, context) => {
    if (context.issues.length > 0) return
    const quantity = quantityOf(text)
    if (low !== undefined && quantity < low)
      context.addIssue({
        code: 'custom',
        message: inBoth(`不得小于 ${atLeast}`, `must not be less than ${atLeast}`),
      })
    if (high !== undefined && quantity > high)
      context.addIssue({
        code: 'custom',
        message: inBoth(`不得大于 ${atMost}`, `must not be more than ${atMost}`),
      })
  })
}

function described(schema: z.ZodType, { help }: Field): z.ZodType {
  return help ? schema.meta({ description: `${help.zh} · ${help.en}` }) : schema
}

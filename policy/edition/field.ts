import { z } from 'zod'
import { condition, date, id, term, words, yuan } from '../stages/parts.ts'

/** The fields that every procedure has; no field of an edition takes their names. */
export const commonFields = ['name', 'uscc', 'district', 'category'] as const

/** The largest number that a field takes, either way: conditions compare it as a double, which is exact up to here. */
export const largestNumber = 1e15
/** The largest share that a field takes, in percent; most forms take no more than the whole. */
const largestPercent = 1e6 - 1
export const mostPercent = 100
/** How long a text is, where a form does not say: longer ones may have lines. */
export const largestLine = 200

const common = {
  id,
  ...words.shape,
  help: words.optional().meta({ description: 'What is to be entered, where the name does not say it.' }),
  group: words.optional().meta({ description: 'The heading under which it is asked.' }),
  when: condition
    .optional()
    .meta({ description: 'It is asked only if this holds, which is said of the fields before it.' }),
  optional: z.boolean().optional().meta({ description: 'It may be left out.' }),
}
const copies = z
  .int()
  .min(2)
  .max(100)
  .optional()
  .meta({ description: 'It is a list of so many at most; else it is one value.' })
const of = z.array(term).min(1).max(200).meta({ description: 'What there is to choose from.' })
const characters = z.int().min(1).max(2000).optional()
const decimal = z.number().min(-largestNumber).max(largestNumber).optional()
const share = z.number().min(0).max(largestPercent).optional()
const many = z.int().min(1).max(200).optional()

/** What the engine itself reads in a field, beside what conditions ask. */
function as<const Uses extends [string, ...string[]]>(...uses: Uses) {
  return z.enum(uses).optional().meta({
    description: 'What the engine itself reads in it: site, dates, money, effects, papers of the project.',
  })
}

/** One field of the form: what it is called, what may be entered, and whether it is asked. */
export const Field = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    ...common,
    atLeast: characters,
    atMost: characters,
    copies,
    as: as('site'),
  }),
  z.strictObject({ type: z.literal('number'), ...common, atLeast: decimal, atMost: decimal, copies }),
  z.strictObject({
    type: z.literal('money'),
    ...common,
    atLeast: yuan.optional(),
    atMost: yuan.optional(),
    copies,
    as: as('total'),
  }),
  z.strictObject({ type: z.literal('percent'), ...common, atLeast: share, atMost: share, copies }),
  z.strictObject({
    type: z.literal('date'),
    ...common,
    atLeast: date.optional(),
    atMost: date.optional(),
    copies,
    as: as('start', 'completion'),
  }),
  z.strictObject({ type: z.literal('yesNo'), ...common }),
  z.strictObject({ type: z.literal('one'), ...common, of, copies }),
  z.strictObject({
    type: z.literal('several'),
    ...common,
    of,
    atLeast: many,
    atMost: many,
    as: as('effects', 'designations'),
  }),
  z.strictObject({ type: z.literal('amounts'), ...common, of, as: as('parts') }),
  z.strictObject({ type: z.literal('paper'), ...common, copies, as: as('papers') }),
])
export type Field = z.infer<typeof Field>

/** What must hold between fields, and what is said at one of them where it does not. */
export const Check = z.strictObject({
  at: id.meta({ description: 'The field that is told to be wrong.' }),
  require: condition,
  ...words.shape,
})
export type Check = z.infer<typeof Check>

/** What the engine itself reads in a form. */
export type Use = NonNullable<Extract<Field, { as?: unknown }>['as']>

/** A form in its long form: the fields after those that every procedure has, in the order in which they are asked. */
export type Form = { fields: readonly Field[]; checks: readonly Check[] }

/** A field of the type in which something is read. */
export type FieldOfUse<U extends Use, F = Field> = F extends { as?: infer A }
  ? U extends A
    ? F
    : never
  : never

/** Whether a field holds a list. */
export function isList(field: Field): boolean {
  return field.type === 'several' || ('copies' in field && field.copies !== undefined)
}

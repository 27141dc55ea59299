import { z } from 'zod'
import { inBoth } from '../words/bilingual.ts'
import { isDate } from '../time/dates.ts'
import { isYuan } from '../edition/money.ts'

/** A name in a document. */
export const id = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9]{0,39}$/,
    inBoth(
      '须以小写字母 a–z 开头，其后至多 39 个字母或者数字',
      'must be a letter a–z, then at most 39 letters or digits',
    ),
  )
/** A name in both languages. */
export const words = z.strictObject({ zh: z.string().min(1).max(400), en: z.string().min(1).max(400) })
/** A condition. */
export const condition = z
  .string()
  .min(1)
  .max(2000)
  .meta({ description: 'A CEL expression that is true or false.' })
/** An amount in yuan. */
export const yuan = z
  .string()
  .refine(
    isYuan,
    inBoth('须为以元计的金额，例如 "1000000.00"', 'must be an amount in yuan, such as "1000000.00"'),
  )
/** A day. */
export const date = z
  .string()
  .refine(isDate, inBoth('须为日期，例如 2021-02-18', 'must be a date, such as 2021-02-18'))
/** Where a rule stands. */
export const provenance = {
  article: z.string().min(1).max(100).meta({ description: 'Where the rule stands in the notice.' }),
  source: z.enum(['notice', 'default']).meta({ description: 'The notice states it, or it is our default.' }),
}
/** A name with its words. */
export const term = words.extend({ id })

const length = { days: z.int().min(1).max(366), unit: z.enum(['workingDays', 'calendarDays']) }

/** Who is reminded of a due date, and when. */
export const reminders = z.strictObject({
  opened: z
    .boolean()
    .optional()
    .meta({ description: 'Tells whose turn it is as soon as the task is theirs.' }),
  before: z
    .array(z.int().min(0).max(366))
    .max(10)
    .meta({ description: 'So many days before the due date; 0 is the day itself.' }),
  every: z.int().min(1).max(366).optional().meta({ description: 'After it, again every so many days.' }),
  escalate: z
    .array(z.strictObject({ after: z.int().min(0).max(366), to: z.array(id).min(1) }))
    .max(5)
    .optional()
    .meta({ description: 'Who else is told, once, so many days after it; 0 is the day after.' }),
  required: z.boolean().meta({ description: 'The law wants it told: nobody can turn it off.' }),
})
/** As a document gives them. */
export type Reminders = z.infer<typeof reminders>

/** How long something may take. */
export const deadline = z.strictObject({ ...length, ...provenance, reminders: reminders.optional() })

/** What becomes of a clock that stood still. */
export const afterwards = z
  .enum(['resume', 'restart'])
  .meta({ description: 'A clock that stood still goes on with the days that were left, or starts anew.' })

const route = z.strictObject({
  to: id.meta({
    description:
      '`next` in the order, `stay`, `sender` (the stage that the case came from), or a stage or an end by its id.',
  }),
  when: condition
    .optional()
    .meta({ description: 'It leads there only if this holds; the last of several has no condition.' }),
  within: z
    .strictObject(length)
    .optional()
    .meta({ description: 'How long what is owed there may take, instead of what the stage itself says.' }),
  clock: afterwards.optional().meta({
    description:
      'What becomes of the clock of the stage that is left, once the case is back: it goes on with the days that were left, or starts anew.',
  }),
})
/** Where an answer leads, in its long form: the first whose condition holds. */
export type Route = z.infer<typeof route>

/** Where an answer leads: the name of a place, a route, or several with conditions. */
export const target = z.union([id, route, z.array(route).min(1).max(20)])
/** Where an answer leads, as a document says it. */
export type Target = z.infer<typeof target>

/** Where each of some answers leads, where a document says so. */
export function targets<Answer extends string>(...answers: Answer[]) {
  return z.partialRecord(z.enum(answers), target)
}

/** What every stage says. */
export const stage = {
  id,
  ...words.shape,
  ...provenance,
  by: z.array(id).min(1).meta({ description: 'The roles whose turn it is.' }),
}

/** What a stage says that stands in the order of the procedure. */
export const inOrder = {
  when: condition
    .optional()
    .meta({ description: 'The stage takes place only if this holds; always, if it is left out.' }),
  aside: z.literal(true).optional().meta({ description: 'It is entered only where an answer names it.' }),
}

/** Whose decisions leave an officer free to decide here too, where four eyes would shut them out. */
export const sameOfficerAs = z.array(id).max(20).optional().meta({
  description: 'The stages that the same officer may have decided, such as a pre-check in a small bureau.',
})

/** Who may take over what officers owe. */
export const takeover = z
  .strictObject({
    by: z.array(id).max(20).meta({ description: 'The roles that may; none: nobody may.' }),
    ...provenance,
  })
  .optional()
  .meta({
    description:
      'Who may act in the place of the officers, once four eyes shut out one of them, or the task is late or has no clock; the authority above, if it is left out.',
  })

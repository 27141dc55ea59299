import { z } from 'zod'
import { inBoth } from './bilingual.ts'
import { isDate } from './dates.ts'
import { isYuan } from './money.ts'

const id = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9]{0,39}$/,
    inBoth(
      '须以小写字母 a–z 开头，其后至多 39 个字母或者数字',
      'must be a letter a–z, then at most 39 letters or digits',
    ),
  )
const words = z.strictObject({ zh: z.string().min(1).max(400), en: z.string().min(1).max(400) })
const condition = z.string().min(1).max(2000).meta({ description: 'A CEL expression that is true or false.' })
const yuan = z
  .string()
  .refine(
    isYuan,
    inBoth('须为以元计的金额，例如 "1000000.00"', 'must be an amount in yuan, such as "1000000.00"'),
  )
const date = z
  .string()
  .refine(isDate, inBoth('须为日期，例如 2021-02-18', 'must be a date, such as 2021-02-18'))
const provenance = {
  article: z.string().min(1).max(100).meta({ description: 'Where the rule stands in the notice.' }),
  source: z.enum(['notice', 'default']).meta({ description: 'The notice states it, or it is our default.' }),
}
const term = words.extend({ id })

const length = { days: z.int().min(1).max(366), unit: z.enum(['workingDays', 'calendarDays']) }

const reminders = z.strictObject({
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
export type Reminders = z.infer<typeof reminders>

const deadline = z.strictObject({ ...length, ...provenance, reminders: reminders.optional() })

const afterwards = z
  .enum(['resume', 'restart'])
  .meta({ description: 'A clock that stood still goes on with the days that were left, or starts anew.' })

const stage = {
  id,
  ...words.shape,
  ...provenance,
  by: z.array(id).min(1).meta({ description: 'The roles whose turn it is.' }),
}

const selfAssessment = z.strictObject({
  kind: z.literal('selfAssessment'),
  ...stage,
  withdrawable: z.boolean(),
})
const filing = z.strictObject({ kind: z.literal('filing'), ...stage, withdrawable: z.boolean() })
const takeover = z
  .strictObject({
    by: z.array(id).max(20).meta({ description: 'The roles that may; none: nobody may.' }),
    ...provenance,
  })
  .optional()
  .meta({
    description:
      'Who may act in the place of the officers, once four eyes shut out one of them, or the task is late or has no clock; the authority above, if it is left out.',
  })
const review = z.strictObject({
  kind: z.literal('review'),
  ...stage,
  when: condition
    .optional()
    .meta({ description: 'The review takes place only if this holds; always, if it is left out.' }),
  answers: z.array(z.enum(['approve', 'return', 'reject'])).min(1),
  returnTo: id.optional().meta({ description: 'The stage that a returned case goes to.' }),
  afterReturn: afterwards.optional(),
  withdrawable: z.boolean(),
  takeover,
  deadline: deadline.optional(),
  ownExtension: deadline
    .omit({ reminders: true })
    .optional()
    .meta({ description: 'How much longer the officer may take, once, with a reason.' }),
  suspension: z
    .strictObject({
      grounds: z.array(z.strictObject({ id, ...words.shape, ...provenance })).min(1),
      afterwards,
    })
    .optional()
    .meta({ description: 'What does not count as time of the review, such as an expert opinion.' }),
})
const correction = z.strictObject({
  kind: z.literal('correction'),
  ...stage,
  withdrawable: z.boolean(),
  deadline: deadline.optional(),
  lapse: deadline
    .omit({ reminders: true })
    .extend({ to: id })
    .optional()
    .meta({ description: 'How long after the due date the case ends.' }),
})

const supervision = z.strictObject({
  kind: z.literal('supervision'),
  ...stage,
  officers: z.array(id).min(1).meta({ description: 'The roles that decide what the holder asks for.' }),
  takeover,
  reports: z.strictObject({
    every: z.enum(['month', 'quarter', 'halfYear', 'year']),
    within: z
      .strictObject({ days: z.int().min(1).max(366), unit: z.literal('calendarDays') })
      .meta({ description: 'How long after the end of the period.' }),
    ...provenance,
    reminders: reminders.optional(),
  }),
  completion: z.strictObject({ ...provenance, reminders: reminders.optional() }),
  extension: z.strictObject({
    atMost: z.int().min(0).max(100).meta({ description: 'How often the date may be moved.' }),
    months: z.int().min(1).max(120).meta({ description: 'How far each time, at most.' }),
    ...provenance,
  }),
  decision: deadline.meta({ description: 'How long the officers may take over what is asked for.' }),
  hearing: deadline.meta({
    description: 'How long the holder may answer before a revocation it did not ask for.',
  }),
})

/** One stage of the procedure: its kind decides its states and events, its parameters the rest. */
export const Stage = z.discriminatedUnion('kind', [selfAssessment, filing, review, correction, supervision])
export type Stage = z.infer<typeof Stage>

/** A stage of one kind. */
export type StageOf<K extends Stage['kind']> = Extract<Stage, { kind: K }>

const branch = z.strictObject({
  when: condition.optional(),
  counts: z
    .array(id)
    .min(1)
    .meta({ description: 'The kinds of investment that count towards the threshold.' }),
  atLeast: yuan,
  ...words.shape,
  ...provenance,
})

const rule = z.strictObject({
  id,
  ...words.shape,
  ...provenance,
  when: condition.optional().meta({ description: 'The rule applies only if this holds.' }),
  require: condition,
  waivable: z.boolean().optional().meta({ description: 'Met by designation, without being looked at.' }),
})

const notices = z
  .strictObject({
    document: words.meta({ description: 'The title of the document that articles refer to.' }),
    laws: z
      .array(words.extend({ cites: z.string().min(1).max(40) }))
      .max(50)
      .meta({ description: 'Articles that begin with `cites` are those of a law; its full title.' }),
    office: words.meta({ description: 'What the authority of a body is called; `{}` stands for its name.' }),
    contact: words.meta({ description: 'Whom to ask; `{}` stands for the authority.' }),
    remedies: words.meta({ description: 'How a decision can be appealed against, and until when.' }),
  })
  .meta({ description: 'What every notice says besides what has happened.' })

/**
 * One authority's procedure of one year, as a document. It is the whole law of the engine: what it does not say is not
 * done. `policy/read-edition.ts` reads one from YAML and checks what a schema cannot.
 */
export const Edition = z.strictObject({
  $schema: z.string().optional(),
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{1,39}$/,
      inBoth(
        '须为 2 至 40 个小写字母、数字或者连字符，且不以连字符开头',
        'must be 2 to 40 letters a–z, digits or hyphens, not a hyphen first',
      ),
    ),
  year: z.int().min(2000).max(2199),
  title: words,
  authority: words,
  issuedOn: date,
  notices: notices.optional(),
  certificate: z.strictObject({
    prefix: z
      .string()
      .regex(
        /^[A-Z0-9][A-Z0-9-]{0,19}$/,
        inBoth(
          '须为 1 至 20 个大写字母、数字或者连字符，且不以连字符开头',
          'must be 1 to 20 letters A–Z, digits or hyphens, not a hyphen first',
        ),
      ),
  }),
  roles: z.array(term.extend({ scope: z.enum(['own', 'district', 'all']) })).min(1),
  bodies: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(40),
        fullName: z.string().min(1).max(80),
        code: z
          .string()
          .regex(
            /^[A-Z0-9]{2,12}$/,
            inBoth('须为 2 至 12 个大写字母或者数字', 'must be 2 to 12 letters A–Z or digits'),
          ),
        target: z.int().min(0),
        group: z.string().max(40),
        contact: words.optional().meta({ description: 'Whom to ask there; else by `notices.contact`.' }),
      }),
    )
    .min(1),
  vocabulary: z.strictObject({
    investment: z.array(term).min(1),
    effects: z.array(term).min(1),
    cloudModels: z.array(term).min(1),
    designations: z.array(term),
  }),
  categories: z
    .array(term.extend({ ...provenance, requires: z.array(rule), branches: z.array(branch).min(1) }))
    .min(1),
  conditions: z.array(rule).min(1),
  stages: z.array(Stage).min(1),
  ends: z
    .array(
      term.extend({
        outcome: z.enum(['certified', 'completed', 'rejected', 'withdrawn', 'revoked']),
        ...provenance,
      }),
    )
    .min(1),
})
export type Edition = z.infer<typeof Edition>

/** A rule of eligibility. */
export type Rule = z.infer<typeof rule>
/** One way to meet the standard of a category. */
export type Branch = z.infer<typeof branch>
/** A final state of the procedure. */
export type End = Edition['ends'][number]
/** What a person of a role may see: their own, their district's, or all. */
export type Scope = Edition['roles'][number]['scope']
export type { Words } from './bilingual.ts'

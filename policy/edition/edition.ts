import { z } from 'zod'
import { Intake } from './intake.ts'
import { inBoth } from '../words/bilingual.ts'
import { Check, Field } from './field.ts'
import { condition, date, id, provenance, term, words, yuan } from '../stages/parts.ts'
import { Correction } from '../stages/correction/schema.ts'
import { Filing } from '../stages/filing/schema.ts'
import { PublicNotice } from '../stages/public-notice/schema.ts'
import { JointReview } from '../stages/joint-review/schema.ts'
import { Report } from '../stages/report/schema.ts'
import { Review } from '../stages/review/schema.ts'
import { SelfAssessment } from '../stages/self-assessment/schema.ts'
import { Supervision } from '../stages/supervision/schema.ts'

/** One stage of the procedure: its kind decides its states and events, its parameters the rest. */
export const Stage = z.discriminatedUnion('kind', [
  SelfAssessment,
  Filing,
  Review,
  JointReview,
  Report,
  PublicNotice,
  Correction,
  Supervision,
])
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

/** What all bodies are to reach together, where the notice says a sum and not the shares. */
export const Targets = z
  .strictObject({
    total: z.int().min(0),
    shares: z
      .enum(['notice', 'default'])
      .meta({ description: 'Whether the targets of the bodies are the notice’s too, or ours.' }),
    ...provenance,
  })
  .meta({ description: 'What all bodies are to reach together, where it is not the sum of theirs.' })

/** What an edition is called in the record, in links and by the documents that are laid over it. */
export const EditionId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{1,39}$/,
    inBoth(
      '须为 2 至 40 个小写字母、数字或者连字符，且不以连字符开头',
      'must be 2 to 40 letters a–z, digits or hyphens, not a hyphen first',
    ),
  )

/**
 * One authority's procedure of one year, as a document. It is the whole law of the engine: what it does not say is not
 * done. `policy/edition/read-edition.ts` reads one from YAML and checks what a schema cannot.
 */
export const Edition = z.strictObject({
  $schema: z.string().optional(),
  id: EditionId,
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
    issuedAt: id.optional().meta({
      description:
        'The stage or the end at which the number is taken; else where the supervision begins, or at the end.',
    }),
  }),
  roles: z.array(term.extend({ scope: z.enum(['own', 'district', 'all', 'assigned']) })).min(1),
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
  intake: Intake.optional(),
  targets: Targets.optional(),
  form: z.array(Field).min(1).max(200).optional().meta({
    description:
      'The fields of an application in the order in which they are asked, behind name, uscc, district and category.',
  }),
  checks: z
    .array(Check)
    .max(100)
    .optional()
    .meta({ description: 'What must hold between the fields of the form.' }),
  vocabulary: z
    .strictObject({
      investment: z.array(term).min(1),
      effects: z.array(term).min(1),
      cloudModels: z.array(term).min(1),
      designations: z.array(term),
    })
    .optional()
    .meta({ description: 'In place of `form`: the terms of a form that is known by them.' }),
  categories: z
    .array(
      term.extend({ ...provenance, requires: z.array(rule), branches: z.array(branch).min(1).optional() }),
    )
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
/** What a person of a role may see: their own, their district's, all, or what was handed to them until they have answered. */
export type Scope = Edition['roles'][number]['scope']
export type { Words } from '../words/bilingual.ts'
export type { Reminders } from '../stages/parts.ts'

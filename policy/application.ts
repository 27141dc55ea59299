import { z } from 'zod'
import { districtSchema } from './districts.ts'
import { isCreditCode, isCreditCodeShaped } from './check-characters.ts'
import { comparableCode } from './comparable.ts'
import { isDate } from './dates.ts'
import type { Edition } from './edition.ts'
import { line } from './text.ts'
import { fenToYuan, isYuan, sumFen, yuanToFen } from './money.ts'

/** A 统一社会信用代码 as it is typed; what is kept and compared are the 18 characters of GB 32100-2015. */
export const CreditCode = z
  .string()
  .overwrite(comparableCode)
  .refine(isCreditCodeShaped, 'not an 18-character 统一社会信用代码 (GB 32100-2015)')
  .meta({ example: '91500105MA5TEUT05A' })

/** An amount in yuan, kept with two decimals. */
export const Yuan = z
  .string()
  .refine(isYuan, { error: 'not an amount in yuan such as "1000000.00"', abort: true })
  .overwrite((text) => fenToYuan(yuanToFen(text)))
  .meta({ example: '1000000.00' })

/** A day, `YYYY-MM-DD`. */
export const DateText = z
  .string()
  .refine(isDate, 'not a date such as 2021-02-18')
  .meta({ example: '2021-02-18' })

/** What the register says of an enterprise. */
export const Enterprise = z
  .strictObject({
    uscc: CreditCode,
    name: line(200),
    district: line(40),
    registeredInCity: z.boolean(),
    legalPerson: z.boolean(),
    industry: z.string().regex(/^[A-Z](\d{2,4})?$/, 'not a code of GB/T 4754 such as C36 or C3610'),
    size: z.enum(['large', 'medium', 'small', 'micro']),
    codeException: line(500)
      .optional()
      .meta({ description: 'Why a code that fails its check character is accepted all the same.' }),
  })
  .refine(({ uscc, codeException }) => isCreditCode(uscc) || codeException !== undefined, {
    path: ['uscc'],
    message:
      'the check character does not fit (GB 32100-2015); a real code that fails needs codeException, with the reason',
  })
export type Enterprise = z.infer<typeof Enterprise>

/** A paper that the application names: a number or title, or its kind with both. */
export const Evidence = z.union([
  line(200),
  z.strictObject({
    kind: z.enum(['invoice', 'contract', 'photo', 'report', 'other']),
    number: line(100),
    note: line(500).optional(),
    sha256: z
      .string()
      .regex(/^[\da-f]{64}$/, 'not a SHA-256 in 64 hexadecimal digits')
      .optional()
      .meta({ description: 'Of the file, so that the history says which paper it was.' }),
  }),
])

export type Evidence = z.infer<typeof Evidence>

/** One of the ids of a vocabulary. */
export const oneOf = (terms: { id: string }[]) => z.enum(terms.map((term) => term.id))

/** How many of each an application may name; conditions count on it. */
export const listLimits = { effects: 20, informationSystems: 50, designations: 20 } as const

/** The form of an application under an edition; its vocabulary (categories, kinds of investment …) is the edition's. */
export function applicationSchema({ categories, vocabulary, bodies }: Edition) {
  return z
    .strictObject({
      name: line(200),
      uscc: CreditCode,
      district: districtSchema(bodies),
      category: oneOf(categories),
      site: line(200),
      startOn: DateText,
      completeOn: DateText,
      totalInvestment: Yuan,
      investment: z.partialRecord(oneOf(vocabulary.investment), Yuan),
      effects: z.array(oneOf(vocabulary.effects)).max(listLimits.effects).default([]),
      informationSystems: z.array(line(100)).max(listLimits.informationSystems).default([]),
      cloudModel: oneOf(vocabulary.cloudModels).nullable().default(null),
      designations: z
        .array(z.enum(vocabulary.designations.map(({ id }) => id)))
        .max(listLimits.designations)
        .default([]),
      evidence: z.array(Evidence).max(50).default([]),
    })
    .refine(({ startOn, completeOn }) => startOn <= completeOn, {
      path: ['completeOn'],
      message: 'must not be before startOn',
    })
    .refine(
      ({ investment, totalInvestment }) => !exceeds(investment as Record<string, string>, totalInvestment),
      {
        path: ['totalInvestment'],
        message: 'must not be less than the sum of the kinds of investment',
      },
    )
}

/** Whether the parts are more than the total; amounts that are none have their own issue. */
function exceeds(parts: Record<string, string>, total: string): boolean {
  return [...Object.values(parts), total].every(isYuan) && sumFen(parts) > yuanToFen(total)
}

/** An application as it is kept: parsed by `applicationSchema`, plain JSON. */
export type Application = {
  name: string
  uscc: string
  district: string
  category: string
  site: string
  startOn: string
  completeOn: string
  totalInvestment: string
  investment: Record<string, string>
  effects: string[]
  informationSystems: string[]
  cloudModel: string | null
  designations: string[]
  evidence: Evidence[]
}

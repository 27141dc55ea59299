import { z } from 'zod'
import { inBoth, vocabularies, type Term } from '../words/bilingual.ts'
import { subjects } from './subjects.ts'
import { isCreditCode, isCreditCodeShaped } from './check-characters.ts'
import { comparableCode } from './comparable.ts'
import { isDate } from '../time/dates.ts'
import { line, nameLine } from './text.ts'
import { fenToYuan, isYuan, yuanToFen } from './money.ts'

/** A 统一社会信用代码 as it is typed; what is kept and compared are the 18 characters of GB 32100-2015. */
export const CreditCode = z
  .string()
  .overwrite(comparableCode)
  .refine(
    isCreditCodeShaped,
    inBoth(
      '须为 18 位统一社会信用代码（GB 32100-2015）',
      'must be a unified social credit code of 18 characters (GB 32100-2015)',
    ),
  )
  .meta({ example: '91500105MA5TEUT05A' })

/** An amount in yuan, kept with two decimals. */
export const Yuan = z
  .string()
  .refine(isYuan, {
    error: inBoth(
      '须为以元计的金额，用半角数字，至多两位小数，例如 "1000000.00"',
      'must be an amount in yuan in plain digits, with at most two decimals, such as "1000000.00"',
    ),
    abort: true,
  })
  .overwrite((text) => fenToYuan(yuanToFen(text)))
  .meta({ example: '1000000.00' })

/** A day, `YYYY-MM-DD`. */
export const DateText = z
  .string()
  .refine(
    isDate,
    inBoth(
      '须为 1900 至 2199 年间的日期，例如 2021-02-18',
      'must be a date from 1900 to 2199, such as 2021-02-18',
    ),
  )
  .meta({ example: '2021-02-18' })

/** What the register says of an enterprise. */
export const Enterprise = z
  .strictObject({
    uscc: CreditCode,
    name: nameLine(200),
    district: line(40),
    registeredInCity: z.boolean(),
    legalPerson: z.boolean(),
    industry: z
      .string()
      .regex(
        /^[A-Z](\d{2,4})?$/,
        inBoth(
          '须为行业代码（GB/T 4754），例如 C36 或 C3610',
          'must be a code of GB/T 4754, such as C36 or C3610',
        ),
      ),
    size: z.enum(['large', 'medium', 'small', 'micro']),
    codeException: line(500)
      .optional()
      .meta({ description: 'Why a code that fails its check character is accepted all the same.' }),
  })
  .refine(({ uscc, codeException }) => isCreditCode(uscc) || codeException !== undefined, {
    path: ['uscc'],
    message: inBoth(
      '校验码不符（GB 32100-2015）；真实代码校验不符的，须在 codeException 写明理由',
      'has a check character that does not fit (GB 32100-2015); a real code that fails needs codeException, with the reason',
    ),
  })
Enterprise.register(subjects, { of: 'enterprise' })
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
      .regex(
        /^[\da-f]{64}$/,
        inBoth('须为 64 位小写十六进制的 SHA-256', 'must be a SHA-256 in 64 lower-case hexadecimal digits'),
      )
      .optional()
      .meta({ description: 'Of the file, so that the history says which paper it was.' }),
  }),
])

export type Evidence = z.infer<typeof Evidence>

/** One of the ids of a vocabulary. */
export const oneOf = (terms: readonly Term[]) =>
  z.enum(terms.map((term) => term.id)).register(vocabularies, { terms })

/** Amounts in yuan by the ids of a vocabulary; what is left out is none. */
export const amounts = (terms: readonly Term[]) =>
  z.partialRecord(oneOf(terms), Yuan) as z.ZodType<Record<string, string>>

/** What a field of an application holds, plain JSON; null, where it was left out. */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | Exclude<Evidence, string>
  | Record<string, string>
  | (string | number | Evidence)[]

/**
 * An application as it is kept: parsed by `applicationSchema`, plain JSON. What every procedure asks for has a type of its own;
 * what an edition asks for is read by `plan.ts` and by conditions, which know the form.
 */
export type Application = { name: string; uscc: string; district: string; category: string } & {
  [field: string]: FieldValue
}

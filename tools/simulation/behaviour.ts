import { z } from 'zod'
import { inBoth } from '../../policy/words/bilingual.ts'
import { readDocument } from '../../policy/edition/read-document.ts'

const share = z.number().min(0).max(1)
const days = ascending(z.int().min(0).max(250))
const amount = ascending(z.int().min(1).max(1_000_000_000_000))
const words = z.strictObject({ zh: z.string().min(1).max(100), en: z.string().min(1).max(100) })

const officer = z
  .strictObject({
    claim: days,
    decide: days,
    late: z.strictObject({ share, by: days }),
    takesLonger: z.strictObject({ share }),
    suspends: z.strictObject({ share, days }),
    rejects: share,
    returns: share,
    grants: share,
    revokes: share,
  })
  .refine(({ late, takesLonger, suspends }) => isWhole([late.share, takesLonger.share, suspends.share]), {
    path: ['late', 'share'],
    message: inBoth(
      '与 takesLonger、suspends 的比例之和大于 1',
      'comes with takesLonger and suspends to more than 1',
    ),
  })
  .refine(({ rejects, returns }) => isWhole([rejects, returns]), {
    path: ['rejects'],
    message: inBoth('与 returns 的比例之和大于 1', 'comes with returns to more than 1'),
  })

const preparation = z.strictObject({ days, givesUp: share, withdraws: share })

const enterprises = z.strictObject({
  assessment: preparation,
  submission: preparation,
  correction: shares({ inTime: share, late: share, never: share, withdraws: share }, { days, lateBy: days }),
  report: shares({ inTime: share, late: share, never: share }, { days, lateBy: days }),
  completion: shares(
    { inTime: share, extends: share, overruns: share, silent: share },
    {
      days,
      extensionDays: ascending(z.int().min(1).max(3650)),
      explainsAfter: days,
      afterwards: shares({ completes: share, asksForExtension: share, asksForRevocation: share }, {}),
      afterwardsDays: days,
    },
  ),
  hearing: z.strictObject({ answers: share, days }),
})

/** How everybody behaves in a simulated year: shares from 0 to 1, days as ranges of working days unless said otherwise. */
export const Behaviour = z.strictObject({
  title: words,
  applications: z.strictObject({
    months: z
      .array(z.number().min(0))
      .length(12)
      .refine(
        (weights) => weights.some((weight) => weight > 0),
        inBoth('至少须有一个月有人申报', 'must have a month in which somebody files'),
      ),
    usual: amount,
    large: z.strictObject({ share, amount }),
    completion: ascending(z.int().min(0).max(3650)),
    incomplete: share,
    repeated: z.strictObject({ share, days }),
  }),
  enterprises,
  officers: z.strictObject({
    district: officer,
    municipal: officer,
    startsRevocation: z.strictObject({ share, days }),
  }),
  answeredWithin: z.int().min(1).max(60),
})
export type Behaviour = z.infer<typeof Behaviour>

/** How officers of one authority behave. */
export type OfficerBehaviour = Behaviour['officers']['district']

/** Reads a behaviour from its YAML text; throws a `DocumentError`, in which `name` is the file's. */
export function readBehaviour(text: string, name: string): Behaviour {
  return readDocument(text, name, { schema: Behaviour, merge: true })
}

function ascending(end: z.ZodNumber | z.ZodInt) {
  return z
    .tuple([end, end])
    .refine(([from, to]) => from <= to, inBoth('范围须从小到大', 'must go from the least to the most'))
}

/** Shares of one whole, beside what else belongs to them. */
function shares<S extends z.ZodRawShape, M extends z.ZodRawShape>(of: S, more: M) {
  const names = Object.keys(of)
  return z.strictObject({ ...of, ...more }).refine(
    (value) => {
      const given = value as Record<string, unknown>
      return Math.abs(names.reduce((sum, name) => sum + Number(given[name]), 0) - 1) < 1e-6
    },
    inBoth(`${names.join('、')} 之和须为 1`, `must have ${names.join(', ')} come to 1`),
  )
}

function isWhole(parts: number[]): boolean {
  return parts.reduce((sum, part) => sum + part, 0) <= 1 + 1e-6
}

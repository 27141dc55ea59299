import { parseDocument } from 'yaml'
import { z } from 'zod'

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
    message: 'late, takesLonger and suspends come to more than 1',
  })
  .refine(({ rejects, returns }) => isWhole([rejects, returns]), {
    path: ['rejects'],
    message: 'rejects and returns come to more than 1',
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
      .refine((weights) => weights.some((weight) => weight > 0), 'somebody must file in some month'),
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

/** A behaviour document that is refused, with the path and the reason of every fault found in it. */
export class BehaviourError extends Error {
  constructor(name: string, faults: { path: string; reason: string }[]) {
    super(faults.map(({ path, reason }) => `${name} ${path || '(document)'}: ${reason}`).join('\n'))
    this.name = 'BehaviourError'
  }
}

/** Reads a behaviour from its YAML text; throws a `BehaviourError`, in which `name` is the file's. */
export function readBehaviour(text: string, name: string): Behaviour {
  const document = parseDocument(text, { merge: true, uniqueKeys: true })
  const [broken] = document.errors
  if (broken) throw new BehaviourError(name, [{ path: '', reason: broken.message.split('\n')[0] ?? '' }])
  const parsed = Behaviour.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (parsed.success) return parsed.data
  throw new BehaviourError(
    name,
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), reason: message })),
  )
}

function ascending(end: z.ZodNumber | z.ZodInt) {
  return z.tuple([end, end]).refine(([from, to]) => from <= to, 'a range goes from the least to the most')
}

/** Shares of one whole, beside what else belongs to them. */
function shares<S extends z.ZodRawShape, M extends z.ZodRawShape>(of: S, more: M) {
  const names = Object.keys(of)
  return z.strictObject({ ...of, ...more }).refine(
    (value) => {
      const given = value as Record<string, unknown>
      return Math.abs(names.reduce((sum, name) => sum + Number(given[name]), 0) - 1) < 1e-6
    },
    `${names.join(', ')} must come to 1`,
  )
}

function isWhole(parts: number[]): boolean {
  return parts.reduce((sum, part) => sum + part, 0) <= 1 + 1e-6
}

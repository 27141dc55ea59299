import { z } from 'zod'
import type { Models, ProjectRecord } from '../../models/index.ts'
import { asTyped, paperNumber } from '../../models/projects.ts'
import type { Case } from '../../policy/case/case.ts'
import { likenesses, likenessOf, mayBeFiledAgain, papersOf } from '../../policy/case/duplicates.ts'

/** Another project that is likely the same, as far as whoever decides must know of it, wherever it is. */
export const SimilarProject = z
  .object({
    id: z.string(),
    name: z.string(),
    enterprise: z.string(),
    uscc: z.string(),
    site: z.string(),
    district: z.string(),
    startOn: z.string(),
    completeOn: z.string(),
    phase: z.string(),
    certificate: z.string().nullable(),
    because: z.array(z.enum(likenesses)).meta({ description: 'By what the two are likely one.' }),
  })
  .meta({ id: 'SimilarProject' })

type Other = Pick<ProjectRecord, '_id' | 'outcome' | 'phase' | 'certificate' | 'state'>

const shown = {
  outcome: 1,
  phase: 1,
  certificate: 1,
  'state.case.application': 1,
  'state.case.enterprise.name': 1,
} as const
/** Of other enterprises' projects with a paper of the same number, so many are looked at: a number such as 1 is no clue. */
const othersAtMost = 100

/**
 * The other projects that are likely the same one (三（三）), of the enterprise or with the papers of another, but for those that
 * ended without certificate.
 */
export async function similarTo(
  models: Models,
  { _id, uscc, state }: ProjectRecord,
): Promise<z.infer<typeof SimilarProject>[]> {
  const { application } = state.case
  const [own, foreign] = await Promise.all([
    models.projects.find({ uscc }, shown).sort({ filedAt: -1, _id: -1 }).lean<Other[]>(),
    withPapersOf(models, state.case),
  ])
  return [...own, ...foreign].flatMap(({ _id: id, outcome, phase, certificate, state: { case: other } }) => {
    const { name, site, district, startOn, completeOn, uscc: applicant } = other.application
    const because = likenessOf(application, other.application)
    if (id === _id || because.length === 0 || mayBeFiledAgain(outcome)) return []
    const { name: enterprise } = other.enterprise
    return [
      {
        id,
        name,
        enterprise,
        uscc: applicant,
        site,
        district,
        startOn,
        completeOn,
        phase,
        certificate,
        because,
      },
    ]
  })
}

async function withPapersOf(
  { projects }: Models,
  { application }: Pick<Case, 'application'>,
): Promise<Other[]> {
  const numbers = papersOf(application).map(({ number }) => number)
  if (numbers.length === 0) return []
  return projects
    .find({ uscc: { $ne: application.uscc }, [paperNumber]: { $in: numbers } }, shown)
    .collation(asTyped)
    .limit(othersAtMost)
    .lean<Other[]>()
}

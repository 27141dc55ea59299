import { z } from 'zod'
import type { Models, ProjectRecord } from '../../models/index.ts'
import { asTyped, paperNumber } from '../../models/projects.ts'
import { planOf } from '../../policy/edition/plan.ts'
import type { Dependencies } from '../dependencies.ts'
import {
  likenesses,
  likenessOf,
  mayBeFiledAgain,
  papersOf,
  type FiledForm,
} from '../../policy/case/duplicates.ts'

/** Another project that is likely the same, as far as whoever decides must know of it, wherever it is. */
export const SimilarProject = z
  .object({
    id: z.string(),
    name: z.string(),
    enterprise: z.string(),
    uscc: z.string(),
    site: z.string().nullable(),
    district: z.string(),
    startOn: z.string().nullable(),
    completeOn: z.string().nullable(),
    phase: z.string(),
    certificate: z.string().nullable(),
    because: z.array(z.enum(likenesses)).meta({ description: 'By what the two are likely one.' }),
  })
  .meta({ id: 'SimilarProject' })

type Other = Pick<ProjectRecord, '_id' | 'editionHash' | 'outcome' | 'phase' | 'certificate' | 'state'>

const shown = {
  editionHash: 1,
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
  { models, editions }: Pick<Dependencies, 'models' | 'editions'>,
  { _id, uscc, state, editionHash }: ProjectRecord,
): Promise<z.infer<typeof SimilarProject>[]> {
  const { application } = state.case
  const { edition } = await editions.of({ editionHash })
  const [own, foreign] = await Promise.all([
    models.projects.find({ uscc }, shown).sort({ filedAt: -1, _id: -1 }).lean<Other[]>(),
    withPapersOf(models, { edition, application }),
  ])
  const others = [...own, ...foreign]
  const loaded = await editions.ofAll(others)
  return others.flatMap((record) => {
    const { _id: id, outcome, phase, certificate } = record
    const { application: its, enterprise: of } = record.state.case
    const form = { edition: loaded(record).edition, application: its }
    const { site, start: startOn, completion: completeOn } = planOf(form.edition, its)
    const { name, district, uscc: applicant } = its
    const because = likenessOf({ edition, application }, form)
    if (id === _id || because.length === 0 || mayBeFiledAgain(outcome)) return []
    const { name: enterprise } = of
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

async function withPapersOf({ projects }: Models, filed: FiledForm): Promise<Other[]> {
  const numbers = papersOf(filed).map(({ number }) => number)
  if (numbers.length === 0) return []
  return projects
    .find({ uscc: { $ne: filed.application.uscc }, [paperNumber]: { $in: numbers } }, shown)
    .collation(asTyped)
    .limit(othersAtMost)
    .lean<Other[]>()
}

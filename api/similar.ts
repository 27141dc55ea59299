import { z } from 'zod'
import type { Models, ProjectRecord } from '../models/index.ts'
import { likenesses, likenessOf, mayBeFiledAgain } from '../policy/duplicates.ts'

/** Another project that is likely the same, as far as whoever decides must know of it, wherever it is. */
export const SimilarProject = z
  .object({
    id: z.string(),
    name: z.string(),
    site: z.string(),
    district: z.string(),
    startOn: z.string(),
    completeOn: z.string(),
    phase: z.string(),
    certificate: z.string().nullable(),
    because: z.array(z.enum(likenesses)).meta({ description: 'By what the two are likely one.' }),
  })
  .meta({ id: 'SimilarProject' })

/** The other projects of the enterprise that are likely the same one, but for those that ended without certificate (三（三）). */
export async function similarTo(
  { projects }: Models,
  { _id, uscc, state }: ProjectRecord,
): Promise<z.infer<typeof SimilarProject>[]> {
  const { application } = state.case
  const others = await projects
    .find({ uscc }, { outcome: 1, phase: 1, certificate: 1, 'state.case.application': 1 })
    .sort({ filedAt: -1, _id: -1 })
    .lean<Pick<ProjectRecord, '_id' | 'outcome' | 'phase' | 'certificate' | 'state'>[]>()
  return others.flatMap(({ _id: id, outcome, phase, certificate, state: { case: other } }) => {
    const { name, site, district, startOn, completeOn } = other.application
    const because = likenessOf(application, other.application)
    if (id === _id || because.length === 0 || mayBeFiledAgain(outcome)) return []
    return [{ id, name, site, district, startOn, completeOn, phase, certificate, because }]
  })
}

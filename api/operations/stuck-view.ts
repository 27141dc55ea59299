import { z } from 'zod'
import type { Models, ProjectRecord } from '../../models/index.ts'
import type { Stuck } from '../../operations/stuck.ts'
import { remedies, stuckKinds, type StuckKind } from '../../policy/access/operations.ts'
import { keysOf, Words } from '../http/words.ts'

/** Something that is stuck, as administrators see it. */
export const StuckView = z
  .object({
    kind: z.enum(keysOf<StuckKind>(stuckKinds)),
    words: Words,
    id: z.string(),
    project: z.string().nullable(),
    name: z.string().nullable().meta({ description: 'Of the project, where it is on record.' }),
    enterprise: z.string().nullable(),
    district: z.string().nullable(),
    remedy: Words.meta({ description: 'What to do about it.' }),
    since: z.string().nullable(),
    attempt: z.int().nullable(),
    error: z.string().nullable(),
    what: z.string().nullable().meta({ description: 'The activity, the task or the channel.' }),
  })
  .meta({ id: 'Stuck' })

/** What is stuck, with the names by which people know the cases, and what to do. */
export async function viewStuck({ projects }: Models, items: Stuck[]) {
  const ids = items.flatMap(({ project }) => project ?? [])
  const fields = { 'state.case.application.name': 1, 'state.case.enterprise.name': 1, district: 1 }
  const found = await projects
    .find({ _id: { $in: ids } }, fields)
    .lean<Pick<ProjectRecord, '_id' | 'district' | 'state'>[]>()
  const byId = new Map(found.map((record) => [record._id, record]))
  return items.map(({ since, ...stuck }) => {
    const record = byId.get(stuck.project ?? '')
    return {
      ...stuck,
      name: record?.state.case.application.name ?? null,
      enterprise: record?.state.case.enterprise.name ?? null,
      district: record?.district ?? null,
      words: stuckKinds[stuck.kind],
      remedy: remedies[stuck.kind],
      since: since?.toISOString() ?? null,
    }
  })
}

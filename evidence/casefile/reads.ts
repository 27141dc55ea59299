import type { Models } from '../../models/index.ts'
import { noteReads } from '../../models/reads.ts'
import type { Exporter, ReadOfCase } from './content.ts'

/** Who has read a case, first things first: no more than the last `most`, and how many were left out. */
export async function readsOf(
  { reads }: Models,
  project: string,
  most: number,
): Promise<{ reads: ReadOfCase[]; leftOut: { reads: number } }> {
  const found = await reads.find({ project }).sort({ at: -1, _id: -1 }).limit(most).lean()
  const all = found.length < most ? found.length : await reads.countDocuments({ project })
  const last = found.toReversed().map(({ by, what, at, last: until, times }) => ({
    by,
    what,
    at: at.toISOString(),
    last: until.toISOString(),
    times,
  }))
  return { reads: last, leftOut: { reads: all - found.length } }
}

/** Notes that somebody has taken a case out by the command line, as every other way to read it is noted. */
export async function noteExport(models: Models, project: string, by: Exporter, at: Date): Promise<void> {
  const { user, role } = by
  const reader = { user, role, district: null }
  await noteReads(models, [{ project, uscc: null, by: reader, what: 'history export', at, request: '' }])
}

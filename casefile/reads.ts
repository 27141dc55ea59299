import type { Models } from '../models/index.ts'
import { noteRead } from '../models/reads.ts'
import type { Exporter, ReadOfCase } from './content.ts'

const mostReads = 20_000

/** Who has read a case, first things first. */
export async function readsOf({ reads }: Models, project: string): Promise<ReadOfCase[]> {
  const found = await reads.find({ project }).sort({ at: 1, _id: 1 }).limit(mostReads).lean()
  return found.map(({ by, what, at, last, times }) => ({
    by,
    what,
    at: at.toISOString(),
    last: last.toISOString(),
    times,
  }))
}

/** Notes that somebody has taken a case out by the command line, as every other way to read it is noted. */
export async function noteExport(models: Models, project: string, by: Exporter, at: Date): Promise<void> {
  const { user, role } = by
  const reader = { user, role, district: null }
  await noteRead(models, { project, uscc: null, by: reader, what: 'history export', at, request: '' })
}

import type { ArchiveRecord, Models, RunRecord } from '../../models/index.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { decodeHistory, archiveReaderOf, type ArchiveReader } from './histories.ts'
import { openArchive } from './store.ts'

/** So many events, all together, are read at once; a longer history is read when its turn comes. */
const mostEvents = 20_000

/** What the archive has of some projects, read at once. */
export async function readAhead(models: Models, projects: string[]): Promise<ArchiveReader> {
  const single = archiveReaderOf(models)
  const records = await models.runs
    .find({ project: { $in: projects } })
    .sort({ project: 1, startedAt: 1, _id: 1 })
    .lean()
  const archives = await findArchives(models, records)
  return {
    runs: (project) => Promise.resolve(records.filter((record) => record.project === project)),
    history: async (run) => {
      const found = archives.get(run.archive)
      return found ? decodeHistory(await openArchive(run.archive, found)) : single.history(run)
    },
  }
}

async function findArchives({ archives }: Models, records: RunRecord[]): Promise<Map<string, ArchiveRecord>> {
  const ids: Digest[] = []
  let room = mostEvents
  for (const { archive, events } of records) if ((room -= events) >= 0) ids.push(archive)
  if (ids.length === 0) return new Map()
  const found = await archives.find({ _id: { $in: ids } }).lean()
  return new Map(found.map((archive) => [archive._id, archive]))
}

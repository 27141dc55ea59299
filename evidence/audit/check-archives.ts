import { BrokenHistory, runIdOf } from '../archive/events.ts'
import { decodeHistory } from '../archive/histories.ts'
import { ArchiveFault, getArchive } from '../archive/store.ts'
import type { Models } from '../../models/index.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { finding, type Findings } from './findings.ts'

const pageSize = 500

/** Looks for archives that no run names. One that belongs to a run with a finding is explained by it. */
export async function checkArchives(models: Models, findings: Findings): Promise<void> {
  const { archives, runs } = models
  for (let after = ''; ;) {
    const page = await archives
      .find({ _id: { $gt: after as Digest } }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(pageSize)
      .lean()
    const digests = page.map(({ _id }) => _id)
    const named = new Set(await runs.distinct('archive', { archive: { $in: digests } }))
    for (const digest of digests.filter((each) => !named.has(each))) {
      const runId = await runOf(models, digest)
      const run = await runs.findById(runId, { archive: 1 }).lean()
      // A run that names another archive than its own was changed; that the other one is missing follows from it.
      if (run) findings.drop('archives', run.archive)
      const told = { expected: `archive: ${digest}`, found: `archive: ${run?.archive}` }
      if (run) findings.add([finding('run-changed', run._id, told)])
      if (runId !== null && findings.has('runs', runId)) continue
      findings.add([finding('archive-inserted', digest, { found: `run ${runId}` })])
    }
    const last = digests.at(-1)
    if (last === undefined || digests.length < pageSize) return
    after = last
  }
}

async function runOf(models: Models, digest: Digest): Promise<string | null> {
  try {
    return runIdOf(decodeHistory(await getArchive(models, digest)))
  } catch (error) {
    if (error instanceof ArchiveFault || error instanceof BrokenHistory) return null
    throw error
  }
}

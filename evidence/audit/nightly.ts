import type { ArchiveSources } from '../archive/keep.ts'
import { bySchedule, keepFindings, type Found } from '../archive/register.ts'
import type { Models, VerificationRecord } from '../../models/index.ts'
import { lastNoted } from './anchor-log.ts'
import type { AuditFinding } from './findings.ts'
import { readTrustedKeys, type KeyLocation } from './keys.ts'
import { verify, type VerifyReport } from './verify.ts'

/** How a verification by schedule is done: under whose keys, at which instant (milliseconds since 1970), and when it is to stop. */
export type Night = { keys: KeyLocation; now: number; signal: AbortSignal }

/** Verifies all cases, Temporal being asked as well, and keeps how many findings there are; answers with the first ones. */
export async function verifyAll(
  { models, temporal }: ArchiveSources,
  id: string,
  { keys, now, signal }: Night,
): Promise<{ cases: number; findings: number; first: readonly AuditFinding[] }> {
  const [trusted, noted] = await Promise.all([readTrustedKeys(keys), lastNoted(keys)])
  const startedAt = new Date(now)
  const report = await verify({
    models,
    temporal,
    trusted,
    noted,
    asOf: now,
    onProgress: () => signal.throwIfAborted(),
  })
  const { cases, findings, count } = await keepReport(models, id, report, {
    by: null,
    project: null,
    startedAt,
  })
  return { cases, findings: count, first: findings.slice(0, mostLogged) }
}

/** Keeps what a verification has come to, and its findings in the register; `by` is who ran it by hand, null by the clock. */
export async function keepReport(
  models: Models,
  id: string,
  { cases, findings, moreFindings }: Pick<VerifyReport, 'cases' | 'findings' | 'moreFindings'>,
  run: Pick<VerificationRecord, 'by' | 'project' | 'startedAt'>,
) {
  const found = findings.map((each) => foundBy(each, run.project))
  await keepFindings(models, found, run.by ?? bySchedule)
  const count = findings.length + moreFindings
  const record = { ...run, finishedAt: new Date(), cases, findings: count }
  await models.verifications.updateOne({ _id: id }, { $set: record }, { upsert: true })
  return { cases, findings, count }
}

/** Documents that are named by their project and a number. */
const namedByProject = new Set(['projects', 'history', 'snapshots'])

function foundBy({ collection, id, kind, expected, found }: AuditFinding, project: string | null): Found {
  const of = namedByProject.has(collection) ? (id.split(':')[0] ?? null) : null
  return {
    source: 'verify',
    kind,
    project: project ?? of,
    within: collection,
    document: id,
    path: '',
    expected,
    found,
  }
}

const mostLogged = 20

/** The latest verification of all cases by the clock; null before the first. One by hand may be of a part, or by another key. */
export function latestVerification({ verifications }: Models): Promise<VerificationRecord | null> {
  return verifications.findOne({ by: null }).sort({ finishedAt: -1 }).lean().exec()
}

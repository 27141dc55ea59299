import type { Sources } from '../archive/keep.ts'
import type { Models, VerificationRecord } from '../models/index.ts'
import { lastNoted } from './anchor-log.ts'
import type { Finding } from './findings.ts'
import { readTrustedKeys, type KeyPlace } from './keys.ts'
import { verify } from './verify.ts'

/** How a verification by schedule is done: under whose keys, at which instant (milliseconds since 1970), and when it is to stop. */
export type Night = { keys: KeyPlace; now: number; signal: AbortSignal }

/** Verifies all cases, Temporal being asked as well, and keeps how many findings there are; answers with the first ones. */
export async function verifyAll(
  { models, temporal }: Sources,
  id: string,
  { keys, now, signal }: Night,
): Promise<{ cases: number; findings: number; first: readonly Finding[] }> {
  const [trusted, noted] = await Promise.all([readTrustedKeys(keys), lastNoted(keys)])
  const startedAt = new Date(now)
  const { cases, findings, moreFindings } = await verify({
    models,
    temporal,
    trusted,
    noted,
    asOf: now,
    onProgress: () => signal.throwIfAborted(),
  })
  const count = findings.length + moreFindings
  const record = { startedAt, finishedAt: new Date(), cases, findings: count }
  await models.verifications.updateOne({ _id: id }, { $set: record }, { upsert: true })
  return { cases, findings: count, first: findings.slice(0, mostLogged) }
}

const mostLogged = 20

/** The latest verification of all cases; null before the first. */
export function latestVerification({ verifications }: Models): Promise<VerificationRecord | null> {
  return verifications.findOne().sort({ finishedAt: -1 }).lean().exec()
}

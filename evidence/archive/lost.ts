import type { Models } from '../../models/index.ts'

/** A run of a project that is closed. */
export type ClosedRun = { project: string; runId: string }

/** Notes that the history of a closed run could not be kept, and why. */
export async function noteLost({ lostRuns }: Models, run: ClosedRun, reason: string): Promise<void> {
  const { project, runId: _id } = run
  const now = new Date()
  await lostRuns.updateOne(
    { _id },
    { $set: { reason, triedAt: now }, $setOnInsert: { project, noticedAt: now, acknowledged: null } },
    { upsert: true },
  )
}

/** Some of the lost runs that have not been tried since an instant, and counts that as a try; none once all have been. */
export async function findLost({ lostRuns }: Models, since: Date, limit: number): Promise<ClosedRun[]> {
  const lost = await lostRuns
    .find({ acknowledged: null, triedAt: { $not: { $gte: since } } })
    .sort({ triedAt: 1, _id: 1 })
    .limit(limit)
    .lean()
  await lostRuns.updateMany({ _id: { $in: lost.map(({ _id }) => _id) } }, { $set: { triedAt: new Date() } })
  return lost.map(({ _id, project }) => ({ project, runId: _id }))
}

/** How many runs are lost that nobody has taken note of. */
export function countLost({ lostRuns }: Models): Promise<number> {
  return lostRuns.countDocuments({ acknowledged: null }).exec()
}

/** Keeps that somebody knows of a lost run and why it is lost for good; false if there is none of this id. */
export async function acknowledgeLost(
  { lostRuns }: Models,
  runId: string,
  { by, reason }: { by: string; reason: string },
): Promise<boolean> {
  const acknowledged = { by, reason, at: new Date() }
  return (await lostRuns.updateOne({ _id: runId }, { $set: { acknowledged } })).matchedCount > 0
}

/** Whether somebody has taken note that a run is lost for good. */
export async function isAcknowledged({ lostRuns }: Models, runId: string): Promise<boolean> {
  return (await lostRuns.exists({ _id: runId, acknowledged: { $ne: null } })) !== null
}

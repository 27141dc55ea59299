import type { Models } from '../../models/index.ts'
import { finding, type AuditFinding } from './findings.ts'

/** An anchor is signed every day; later than this (milliseconds) none was. */
const mostMs = 2 * 86_400_000

/** Since when (milliseconds since 1970) the record has been without a new anchor: the last one, else the first filing; null before. */
export async function anchoredUntil({ anchors, projects }: Models): Promise<number | null> {
  const last = await anchors.findOne({}, { at: 1 }).sort({ _id: -1 }).lean()
  if (last) return Number(last.at)
  const first = await projects.findOne({}, { filedAt: 1 }).sort({ filedAt: 1, _id: 1 }).lean()
  return first && Number(first.filedAt)
}

/** Whether anchors have stopped before an instant (milliseconds since 1970). */
export async function checkAge(models: Models, now: number): Promise<AuditFinding[]> {
  const until = await anchoredUntil(models)
  if (until === null || !(now - until > mostMs)) return []
  const last = await models.anchors.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean()
  return [
    finding('anchor-overdue', (last?._id ?? 0) + 1, {
      expected: `one after ${textOf(until)}`,
      found: `none by ${textOf(now)}`,
    }),
  ]
}

/** The instant of the newest step, but none that is still to come: a record that was put aside needs no new anchors. */
export async function newestStep({ projects }: Models, now: number): Promise<number> {
  const newest = await projects.findOne({}, { updatedAt: 1 }).sort({ updatedAt: -1 }).lean()
  return Math.min(now, Number(newest?.updatedAt ?? now))
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}

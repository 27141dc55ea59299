import type { Model } from 'mongoose'
import { anyText, count, date, json, optionalText, schemaOf, text, type RecordOf } from './fields.ts'

/**
 * Somebody has read what is not their own: which call, of which case or enterprise. `_id` is case, enterprise, person, call
 * and hour, so that who reads again within the hour makes no second line. Of the person it keeps who they are to the portal.
 */
export type ReadRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  /** Empty for an enterprise's record, and for what is of no case. */
  project: anyText,
  uscc: optionalText,
  by: json<{ user: string; role: string; district: string | null }>(),
  /** The call, such as `GET /projects/{id}`. */
  what: text,
  /** The first time in the hour, and the last. */
  at: date,
  last: date,
  times: count,
  /** Of the first HTTP request. */
  request: anyText,
}

/** Kept for two years; the law wants six months (网络安全法 第二十一条). */
const keptSeconds = 2 * 366 * 86_400

export const readSchema = schemaOf<ReadRecord>('reads', fields)
// From the first time in the hour, which stays as it is: whoever reads again moves no key.
readSchema.index({ at: 1 }, { expireAfterSeconds: keptSeconds })
// In the history of a case: all of them, and a person's.
readSchema.index({ project: 1, at: 1, _id: 1 })
readSchema.index({ project: 1, 'by.user': 1, at: 1, _id: 1 })
// The list of all, and of a person's, newest first.
readSchema.index({ at: -1, _id: -1 })
readSchema.index({ 'by.user': 1, at: -1, _id: -1 })

const hourMs = 3_600_000

/** What somebody has read, as it is noted. */
type Noted = Omit<ReadRecord, '_id' | 'last' | 'times'>

/** Keeps that somebody has read something, in one write: one line for each person, call, case and hour. */
export async function noteReads(
  { reads }: { reads: Model<ReadRecord> },
  noted: readonly Noted[],
): Promise<void> {
  if (noted.length === 0) return
  await reads.bulkWrite(
    noted.map(({ project, uscc, by, what, at, request }) => ({
      updateOne: {
        filter: { _id: idOf({ project, uscc, by, what, at }) },
        update: {
          $setOnInsert: { project, uscc, by, what, at, request },
          $max: { last: at },
          $inc: { times: 1 },
        },
        upsert: true,
      },
    })),
  )
}

function idOf({ project, uscc, by, what, at }: Omit<Noted, 'request'>): string {
  const hour = Math.floor(at.getTime() / hourMs)
  return [project, uscc ?? '', by.user, by.role, what, hour].join(':')
}

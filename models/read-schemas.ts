import { Schema } from 'mongoose'
import { count, date, optionalJson, optionalText, strict, text } from './fields.ts'

/**
 * Somebody has read what is not their own: which call, of which case or enterprise. `_id` is case, enterprise, person, call
 * and hour, so that who reads again within the hour makes no second line. Of the person it keeps who they are to the portal.
 */
export type ReadRecord = {
  _id: string
  /** Empty for an enterprise's record, and for what is of no case. */
  project: string
  uscc: string | null
  by: { user: string; role: string; district: string | null }
  /** The call, such as `GET /projects/{id}`. */
  what: string
  /** The first time in the hour, and the last. */
  at: Date
  last: Date
  times: number
  /** Of the first HTTP request. */
  request: string
}

/** Kept for two years; the law wants six months (网络安全法 第二十一条). */
const keptSeconds = 2 * 366 * 86_400

export const readSchema = new Schema<ReadRecord>(
  {
    _id: text,
    project: { type: String, default: '' },
    uscc: optionalText,
    by: optionalJson,
    what: text,
    at: date,
    last: date,
    times: count,
    request: { type: String, default: '' },
  },
  { ...strict, collection: 'reads' },
)
readSchema.index({ last: 1 }, { expireAfterSeconds: keptSeconds })
readSchema.index({ project: 1, at: 1, _id: 1 })
readSchema.index({ project: 1, 'by.user': 1, at: 1, _id: 1 })
readSchema.index({ at: -1, _id: -1 })
readSchema.index({ 'by.user': 1, at: -1, _id: -1 })

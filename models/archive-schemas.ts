import { Schema } from 'mongoose'
import type { Digest } from '../policy/integrity/digest.ts'
import { count, date, flag, optionalText, strict, text } from './fields.ts'

/** A closed run of a project's workflow whose history is kept; `_id` is its run id. */
export type RunRecord = {
  _id: string
  project: string
  /** The run that it goes on from, or takes the place of; null for the first. */
  previous: string | null
  startedAt: Date
  closedAt: Date
  /** The type of its last event, such as `WORKFLOW_EXECUTION_CONTINUED_AS_NEW`. */
  end: string
  /** How many events its history has. */
  events: number
  /** The SHA-256 of its history, under which it is kept. */
  archive: Digest
  /** It is in a daily anchor. */
  anchored: boolean
  keptAt: Date
}

/** Bytes that are kept under their own SHA-256, compressed by gzip: how many, and the SHA-256 of `data` as it lies there. */
export type ArchiveRecord = { _id: Digest; data: Buffer; size: number; packed: Digest }

export const runSchema = new Schema<RunRecord>(
  {
    _id: text,
    project: text,
    previous: optionalText,
    startedAt: date,
    closedAt: date,
    end: text,
    events: count,
    archive: text,
    anchored: flag,
    keptAt: date,
  },
  { ...strict, collection: 'runs' },
)
runSchema.index({ project: 1, startedAt: 1, _id: 1 })
runSchema.index({ archive: 1 })
runSchema.index({ anchored: 1, _id: 1 }, { partialFilterExpression: { anchored: false } })

export const archiveSchema = new Schema<ArchiveRecord>(
  { _id: text, data: { type: Buffer, required: true }, size: count, packed: text },
  { ...strict, collection: 'archives' },
)

import type { Calendars } from '../policy/time/calendar.ts'
import type { ProjectState } from '../policy/case/case.ts'
import { count, date, field, json, schemaOf, text, type RecordOf } from './fields.ts'

/** A case as it was after a line; `_id` is that of the line. */
export type SnapshotRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  project: text,
  revision: count,
  at: date,
  state: json<ProjectState>(),
  editionHash: text,
  calendars: field<Calendars['versions']>({ country: count, local: count }),
}

export const snapshotSchema = schemaOf<SnapshotRecord>('snapshots', fields)
// A case as it was at an instant.
snapshotSchema.index({ project: 1, at: 1, revision: 1 })

import type { Application } from '../policy/edition/application.ts'
import type { HistoryEntry } from '../policy/case/case.ts'
import type { Seal } from '../policy/integrity/chain.ts'
import { anyText, count, date, json, jsons, optionalJson, optionalText, schemaOf, text } from './fields.ts'

/** A line of the business history; `_id` is project and revision, so that no event is told twice. */
export type HistoryRecord = HistoryEntry &
  Seal & {
    _id: string
    project: string
    at: Date
    request: string
    /** The run of the workflow that made it. */
    run: string
    application: Application | null
  }

export const historySchema = schemaOf<HistoryRecord>('history', {
  _id: text,
  project: text,
  revision: count,
  type: text,
  by: optionalJson(),
  on: text,
  at: date,
  from: optionalJson(),
  to: json(),
  payload: json(),
  article: anyText,
  deadlines: jsons(),
  request: anyText,
  run: text,
  application: optionalJson(),
  previous: optionalText,
  stateDigest: text,
  link: text,
})
// The lines of a case by their revisions: proofs, diagrams, case files, audits. A revision has one line, whatever its `_id`.
historySchema.index({ project: 1, revision: 1 }, { unique: true })
// The history of a case, by the clock.
historySchema.index({ project: 1, at: 1, revision: 1 })
// The same of one person, and who has had a part in a case: from person to person, however many lines each has made.
historySchema.index({ project: 1, 'by.user': 1, at: 1, revision: 1 })

import type { Actor } from '../policy/case/case.ts'
import { date, json, schemaOf, text, type RecordOf } from './fields.ts'

/** A key under which a project was filed (`policy/case/duplicates.ts`); it stays taken while the project lives. */
export type DuplicateKeyRecord = RecordOf<typeof fields>

const fields = { _id: text, project: text, by: json<Actor>(), at: date }

export const duplicateKeySchema = schemaOf<DuplicateKeyRecord>('duplicateKeys', fields)
// The keys that a case holds: to compare them with its history.
duplicateKeySchema.index({ project: 1 })

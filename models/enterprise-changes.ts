import type { RegisterLine } from '../policy/integrity/register.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import {
  anyText,
  count,
  date,
  json,
  optionalCount,
  optionalDate,
  optionalJson,
  optionalText,
  optionalWord,
  schemaOf,
  text,
  word,
  type RecordOf,
} from './fields.ts'

/** Where a change of the register stands. */
export const changeStatuses = ['applied', 'proposed', 'refused'] as const

/**
 * A change of an enterprise's record: who, when, why, what it said before and after. One that touches eligibility waits for a
 * second administrator; `revision` and `link` come when it is applied. Nothing of it is ever taken out.
 */
export type EnterpriseChangeRecord = Omit<RegisterLine, 'revision' | 'at'> & RecordOf<typeof decided>

const decided = {
  _id: text,
  status: word<(typeof changeStatuses)[number]>(),
  /** The revision of the record that it goes on from; 0 where there was none. */
  base: count,
  revision: optionalCount,
  at: date,
  decidedAt: optionalDate,
  /** What whoever agreed or refused has said. */
  decision: optionalJson<{ by: string; reason: string | null }>(),
  link: optionalWord<Digest>(),
}

export const enterpriseChangeSchema = schemaOf<EnterpriseChangeRecord>('enterpriseChanges', {
  ...decided,
  uscc: text,
  by: json(),
  approvedBy: optionalText,
  reason: optionalText,
  request: anyText,
  before: optionalJson(),
  after: json(),
  previous: optionalText,
})
// The changes of an enterprise, newest first.
enterpriseChangeSchema.index({ uscc: 1, at: -1, _id: -1 })
// All of them, and those that wait.
enterpriseChangeSchema.index({ at: -1, _id: -1 })
enterpriseChangeSchema.index({ status: 1, at: -1, _id: -1 })
// The last change that was applied, of which each revision has one.
enterpriseChangeSchema.index(
  { uscc: 1, revision: 1 },
  { unique: true, partialFilterExpression: { status: 'applied' } },
)

import { Schema } from 'mongoose'
import type { RegisterLine } from '../policy/integrity/register.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import { count, date, json, optionalDate, optionalJson, optionalText, strict, text } from './fields.ts'

/** Where a change of the register stands. */
export const changeStatuses = ['applied', 'proposed', 'refused'] as const

/**
 * A change of an enterprise's record: who, when, why, what it said before and after. One that touches eligibility waits for a
 * second administrator; `revision` and `link` come when it is applied. Nothing of it is ever taken out.
 */
export type EnterpriseChangeRecord = Omit<RegisterLine, 'revision' | 'at'> & {
  _id: string
  status: (typeof changeStatuses)[number]
  /** The revision of the record that it goes on from; 0 where there was none. */
  base: number
  revision: number | null
  at: Date
  decidedAt: Date | null
  /** What whoever agreed or refused has said. */
  decision: { by: string; reason: string | null } | null
  link: Digest | null
}

export const enterpriseChangeSchema = new Schema<EnterpriseChangeRecord>(
  {
    _id: text,
    uscc: text,
    status: text,
    base: count,
    revision: { type: Number, default: null },
    by: json,
    approvedBy: optionalText,
    reason: optionalText,
    request: { type: String, default: '' },
    at: date,
    decidedAt: optionalDate,
    decision: optionalJson,
    before: optionalJson,
    after: json,
    previous: optionalText,
    link: optionalText,
  },
  { ...strict, collection: 'enterpriseChanges' },
)
enterpriseChangeSchema.index({ uscc: 1, at: -1, _id: -1 })
enterpriseChangeSchema.index({ at: -1, _id: -1 })
enterpriseChangeSchema.index({ status: 1, at: -1, _id: -1 })
enterpriseChangeSchema.index(
  { uscc: 1, revision: 1 },
  { unique: true, partialFilterExpression: { status: 'applied' } },
)

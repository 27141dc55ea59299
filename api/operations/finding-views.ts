import { z } from 'zod'
import type { FindingRecord } from '../../models/index.ts'
import { shown } from '../http/shown.ts'

/** What a document should say and what it said, as JSON; null where there should be nothing, or was nothing. */
export const FindingChange = z
  .object({
    collection: z.string(),
    document: z.string(),
    path: z.string().meta({ description: 'The field; empty for the whole document.' }),
    expected: z.string().nullable(),
    found: z.string().nullable(),
  })
  .meta({ id: 'FindingChange' })

/** Something that was found wrong in the record, and what became of it. */
export const FindingView = FindingChange.extend({
  id: z.string(),
  source: z.enum(['reconcile', 'verify']),
  kind: z.string().nullable().meta({ description: 'What a verification calls it.' }),
  project: z.string().nullable(),
  firstAt: z.string(),
  firstBy: z.string().meta({ description: 'Who found it first; `schedule` by the clock.' }),
  lastAt: z.string(),
  lastBy: z.string(),
  repaired: z
    .object({
      operation: z.string(),
      by: z.string(),
      approvedBy: z.string(),
      reason: z.string(),
      at: z.string(),
    })
    .nullable(),
}).meta({ id: 'Finding' })

/** Shows both values. */
export function viewChange(record: FindingRecord): z.infer<typeof FindingChange> {
  return shown(FindingChange, { ...record, collection: record.within })
}

/** Shows a finding. */
export function viewFinding(record: FindingRecord): z.infer<typeof FindingView> {
  const { _id, within, repaired } = record
  return shown(FindingView, {
    ...record,
    id: _id,
    collection: within,
    repaired: repaired && { ...repaired, at: repaired.at.toISOString() },
  })
}

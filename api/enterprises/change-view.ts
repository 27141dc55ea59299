import { z } from 'zod'
import { changeStatuses, type EnterpriseChangeRecord } from '../../models/index.ts'
import { registerChangesBetween } from '../../policy/integrity/register.ts'
import { Words } from '../http/words.ts'
import { shown } from '../http/shown.ts'

const value = z.union([z.string(), z.boolean()]).nullable()

const statusWords = {
  applied: { zh: '已生效', en: 'In force' },
  proposed: { zh: '待复核', en: 'Waits for a second administrator' },
  refused: { zh: '未予同意', en: 'Refused' },
} as const satisfies Record<EnterpriseChangeRecord['status'], z.infer<typeof Words>>

/** A change of the register, as administrators and auditors see it. */
export const ChangeView = z
  .object({
    id: z.string(),
    uscc: z.string(),
    name: z.string(),
    status: z.enum(changeStatuses),
    statusWords: Words,
    revision: z
      .int()
      .nullable()
      .meta({ description: 'Of the record after it; null while it is not applied.' }),
    by: z.string(),
    at: z.string(),
    reason: z.string().nullable(),
    approvedBy: z.string().nullable().meta({ description: 'Where two administrators had to agree.' }),
    decidedAt: z.string().nullable(),
    decision: z.object({ by: z.string(), reason: z.string().nullable() }).nullable(),
    changes: z.array(z.object({ field: z.string(), before: value, after: value })),
    previous: z.string().nullable().meta({ description: 'The link of the change before.' }),
    link: z.string().nullable(),
  })
  .meta({ id: 'EnterpriseChange' })

/** Shows a change with both values of each field. */
export function viewChange(record: EnterpriseChangeRecord): z.infer<typeof ChangeView> {
  const { _id, status, by, before, after } = record
  return shown(ChangeView, {
    ...record,
    id: _id,
    name: after.name,
    statusWords: statusWords[status],
    by: by.user,
    changes: registerChangesBetween(before, after),
  })
}

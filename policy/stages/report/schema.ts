import { z } from 'zod'
import { deadline, id, inOrder, stage, target, words } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const Report = z.strictObject({
  kind: z.literal('report'),
  ...stage,
  ...inOrder,
  commissionedBy: z
    .strictObject({
      roles: z.array(id).min(1).max(10),
      jointly: z
        .boolean()
        .meta({ description: 'All of them must name the same person; else one of them does.' }),
      deadline: deadline.optional(),
    })
    .meta({ description: 'Who chooses the person of a role in `by` that makes the report.' }),
  grades: z
    .array(words.extend({ id, to: target }))
    .min(1)
    .max(20)
    .meta({ description: 'What the report may come to, and where that leads.' }),
  withdrawable: z.boolean(),
  deadline: deadline.optional(),
})

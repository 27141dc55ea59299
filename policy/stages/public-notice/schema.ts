import { z } from 'zod'
import { deadline, inOrder, stage, target } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const PublicNotice = z.strictObject({
  kind: z.literal('publicNotice'),
  ...stage,
  ...inOrder,
  period: deadline
    .omit({ reminders: true })
    .extend({
      firstDay: z
        .enum(['counts', 'doesNotCount'])
        .meta({ description: 'Whether the day on which the notice begins is the first of its days.' }),
    })
    .meta({ description: 'How long the notice stands.' }),
  anonymous: z.boolean().meta({ description: 'An objection is taken although nobody signs it.' }),
  answers: z
    .strictObject({ undisturbed: target.optional(), objection: target })
    .meta({ description: 'Where the end of the notice leads, and where an objection does.' }),
  withdrawable: z.boolean(),
})

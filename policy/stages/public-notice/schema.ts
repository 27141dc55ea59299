import { z } from 'zod'
import { deadline, id, stage } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const PublicNotice = z.strictObject({
  kind: z.literal('publicNotice'),
  ...stage,
  period: deadline
    .omit({ reminders: true })
    .extend({
      firstDay: z
        .enum(['counts', 'doesNotCount'])
        .meta({ description: 'Whether the day on which the notice begins is the first of its days.' }),
    })
    .meta({ description: 'How long the notice stands.' }),
  anonymous: z.boolean().meta({ description: 'An objection is taken although nobody signs it.' }),
  objection: z
    .strictObject({ to: id })
    .meta({ description: 'Where an objection leads: to a stage that comes before, or to a correction.' }),
  withdrawable: z.boolean(),
})

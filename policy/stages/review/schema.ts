import { z } from 'zod'
import { afterwards, condition, deadline, id, provenance, stage, takeover, words } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const Review = z.strictObject({
  kind: z.literal('review'),
  ...stage,
  when: condition
    .optional()
    .meta({ description: 'The review takes place only if this holds; always, if it is left out.' }),
  answers: z.array(z.enum(['approve', 'return', 'reject'])).min(1),
  returnTo: id.optional().meta({ description: 'The stage that a returned case goes to.' }),
  afterReturn: afterwards.optional(),
  withdrawable: z.boolean(),
  takeover,
  deadline: deadline.optional(),
  ownExtension: deadline
    .omit({ reminders: true })
    .optional()
    .meta({ description: 'How much longer the officer may take, once, with a reason.' }),
  suspension: z
    .strictObject({
      grounds: z.array(z.strictObject({ id, ...words.shape, ...provenance })).min(1),
      afterwards,
    })
    .optional()
    .meta({ description: 'What does not count as time of the review, such as an expert opinion.' }),
})

import { z } from 'zod'
import { deadline, id, stage, targets } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const Correction = z.strictObject({
  kind: z.literal('correction'),
  ...stage,
  answers: targets('resubmit').optional(),
  withdrawable: z.boolean(),
  deadline: deadline.optional(),
  lapse: deadline
    .omit({ reminders: true })
    .extend({ to: id })
    .optional()
    .meta({ description: 'How long after the due date the case ends.' }),
})

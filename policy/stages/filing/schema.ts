import { z } from 'zod'
import { inOrder, stage, targets } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const Filing = z.strictObject({
  kind: z.literal('filing'),
  ...stage,
  ...inOrder,
  answers: targets('submit').optional(),
  withdrawable: z.boolean(),
})

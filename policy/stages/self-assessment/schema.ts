import { z } from 'zod'
import { inOrder, stage, targets } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const SelfAssessment = z.strictObject({
  kind: z.literal('selfAssessment'),
  ...stage,
  ...inOrder,
  answers: targets('completeAssessment').optional(),
  withdrawable: z.boolean(),
})

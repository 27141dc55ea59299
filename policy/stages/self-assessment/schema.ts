import { z } from 'zod'
import { stage } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const SelfAssessment = z.strictObject({
  kind: z.literal('selfAssessment'),
  ...stage,
  withdrawable: z.boolean(),
})

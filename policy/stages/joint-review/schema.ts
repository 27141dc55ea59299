import { z } from 'zod'
import { deadline, inOrder, sameOfficerAs, stage, takeover, targets } from '../parts.ts'
import { reviewAnswers } from '../review/schema.ts'

/** What an edition says of a stage of this kind. */
export const JointReview = z.strictObject({
  kind: z.literal('jointReview'),
  ...stage,
  ...inOrder,
  passes: z
    .union([z.literal('all'), z.strictObject({ quorum: z.int().min(1).max(50) })])
    .meta({ description: 'How many of the roles in `by` must approve: all of them, or so many.' }),
  answers: targets(...reviewAnswers),
  withdrawable: z.boolean(),
  takeover,
  sameOfficerAs,
  deadline: deadline.optional(),
})

import { z } from 'zod'
import {
  afterwards,
  deadline,
  id,
  inOrder,
  provenance,
  sameOfficerAs,
  stage,
  takeover,
  targets,
  words,
} from '../parts.ts'

/** What an officer who examines an application answers. */
export const reviewAnswers = ['approve', 'return', 'reject'] as const
/** One of these answers. */
export type ReviewAnswer = (typeof reviewAnswers)[number]

/** What an edition says of a stage of this kind. */
export const Review = z.strictObject({
  kind: z.literal('review'),
  ...stage,
  ...inOrder,
  answers: z.union([z.array(z.enum(reviewAnswers)).min(1), targets(...reviewAnswers)]).meta({
    description: 'Where each answer leads; or, in short, which there are: on, to `returnTo`, and to the end.',
  }),
  returnTo: id.optional().meta({ description: 'In short: the stage that a returned case goes to.' }),
  afterReturn: afterwards.optional().meta({ description: 'In short: what becomes of the clock meanwhile.' }),
  withdrawable: z.boolean(),
  takeover,
  sameOfficerAs,
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

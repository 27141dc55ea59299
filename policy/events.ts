import { z } from 'zod'
import { applicationSchema, type Application } from './application.ts'
import type { Edition } from './edition.ts'
import { paragraph } from './text.ts'

const text = paragraph(2000)
const reason = text.meta({ description: 'Kept in the history and told to the other side.' })
const opinion = text.meta({ description: 'Needed where the standard does not cover the case.' })

/** The verbs that people send to a project. */
export type EventType =
  | 'completeAssessment'
  | 'submit'
  | 'claim'
  | 'release'
  | 'approve'
  | 'return'
  | 'reject'
  | 'resubmit'
  | 'withdraw'

/** What a person does to a project. */
export type ProjectEvent =
  | { type: 'completeAssessment'; score: number; level: number }
  | { type: 'submit' | 'claim' | 'release' }
  | { type: 'approve'; opinion?: string | undefined }
  | { type: 'return' | 'reject' | 'withdraw'; reason: string }
  | { type: 'resubmit'; application: Application }

/** What the mere passing of time does: it marks a task as overdue and ends what nobody corrects. It approves nothing. */
export type TimeEvent = { type: 'overdue' } | { type: 'lapse' }

/** The form of an event under an edition; a wrong `type` is answered with those that there are. */
export function eventSchema(edition: Edition) {
  return z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('completeAssessment'),
      score: z.number().min(0).max(5),
      level: z.int().min(0).max(5),
    }),
    z.strictObject({ type: z.literal('submit') }),
    z.strictObject({ type: z.literal('claim') }),
    z.strictObject({ type: z.literal('release') }),
    z.strictObject({ type: z.literal('approve'), opinion: opinion.optional() }),
    z.strictObject({ type: z.literal('return'), reason }),
    z.strictObject({ type: z.literal('reject'), reason }),
    z.strictObject({ type: z.literal('resubmit'), application: applicationSchema(edition) }),
    z.strictObject({ type: z.literal('withdraw'), reason }),
  ])
}

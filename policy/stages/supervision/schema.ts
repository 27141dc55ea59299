import { z } from 'zod'
import { deadline, id, inOrder, provenance, reminders, stage, takeover, targets } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const Supervision = z.strictObject({
  kind: z.literal('supervision'),
  ...stage,
  ...inOrder,
  answers: targets('complete', 'completeLate', 'revoke').optional(),
  officers: z.array(id).min(1).meta({ description: 'The roles that decide what the holder asks for.' }),
  takeover,
  reports: z
    .strictObject({
      every: z.enum(['month', 'quarter', 'halfYear', 'year']),
      within: z
        .strictObject({ days: z.int().min(1).max(366), unit: z.literal('calendarDays') })
        .meta({ description: 'How long after the end of the period.' }),
      ...provenance,
      reminders: reminders.optional(),
    })
    .optional(),
  completion: z.strictObject({ ...provenance, reminders: reminders.optional() }).optional(),
  extension: z
    .strictObject({
      atMost: z.int().min(0).max(100).meta({ description: 'How often the date may be moved.' }),
      months: z.int().min(1).max(120).meta({ description: 'How far each time, at most.' }),
      ...provenance,
    })
    .optional(),
  decision: deadline
    .optional()
    .meta({ description: 'How long the officers may take over what is asked for.' }),
  hearing: deadline.optional().meta({
    description:
      'How long the holder may answer before a revocation it did not ask for; nothing is revoked, if it is left out.',
  }),
})

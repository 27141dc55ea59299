import { z } from 'zod'
import { oneOf } from '../edition/application.ts'
import type { Edition } from '../edition/edition.ts'
import { subjects } from '../edition/subjects.ts'
import { partsIn } from '../stages/index.ts'
import { eventRows, eventTypes, isOfTask } from './events.ts'

/** The form of an event under an edition; a wrong `type` is answered with those that there are. */
export function eventSchema(edition: Edition) {
  const parts = partsIn(edition)
  const part = oneOf(edition.roles.filter(({ id }) => parts.includes(id))).meta({
    description:
      'Whose part of the task it is about; one’s own, or the one that one has in hand, if it is left out.',
  })
  const [first, ...others] = eventTypes.map((type) =>
    z.strictObject({
      type: z.literal(type),
      ...(isOfTask(type) && parts.length > 0 && { part: part.optional() }),
      ...eventRows[type].payload(edition),
    }),
  )
  if (!first) throw new Error('there are no events')
  return z.discriminatedUnion('type', [first, ...others]).register(subjects, { edition })
}

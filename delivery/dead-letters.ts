import type { ClientSession } from 'mongoose'
import type { MessageRecord, Models } from '../models/index.ts'

/**
 * Puts a dead message and its notices back on their way, all or nothing, with all its attempts. Answers with what there is of
 * it then, dead or not; null if there is no such message. What is to be kept of it is written with it, or not at all.
 */
export async function resend(
  { connection, messages, notices }: Models,
  id: string,
  at: Date,
  keep: (session: ClientSession) => Promise<void> = () => Promise.resolve(),
): Promise<{ message: MessageRecord; revived: boolean } | null> {
  return connection.transaction(async (session) => {
    const revived = await messages
      .findOneAndUpdate(
        { _id: id, status: 'dead' },
        { $set: { status: 'pending', attempts: 0, nextAttemptAt: at, leasedUntil: null } },
        { session, returnDocument: 'after' },
      )
      .lean()
    if (!revived) {
      const message = await messages.findById(id, null, { session }).lean()
      return message && { message, revived: false }
    }
    const carried = { _id: { $in: revived.notices }, status: 'failed' as const }
    await notices.updateMany(carried, { $set: { status: 'pending' } }, { session })
    await keep(session)
    return { message: revived, revived: true }
  })
}

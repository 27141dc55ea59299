import type { MessageRecord, Models } from '../models/index.ts'

/**
 * Puts a dead message and its notices back on their way, all or nothing, with all its attempts. Answers with what there is of
 * it then, dead or not; null if there is no such message.
 */
export async function resend(
  { connection, messages, notices }: Models,
  id: string,
  at: Date,
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
    return { message: revived, revived: true }
  })
}

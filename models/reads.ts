import type { Models, ReadRecord } from './index.ts'

const hourMs = 3_600_000

/** Keeps that somebody has read something: one line for each person, call, case and hour. */
export async function noteRead(
  { reads }: Models,
  { project, uscc, by, what, at, request }: Omit<ReadRecord, '_id' | 'last' | 'times'>,
): Promise<void> {
  const place = [project, uscc ?? '', by.user, by.role, what, Math.floor(at.getTime() / hourMs)]
  await reads.updateOne(
    { _id: place.join(':') },
    { $setOnInsert: { project, uscc, by, what, at, request }, $max: { last: at }, $inc: { times: 1 } },
    { upsert: true },
  )
}

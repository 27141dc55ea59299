import type { Models, ReadRecord } from './index.ts'

const hourMs = 3_600_000

/** What somebody has read, as it is noted. */
type Noted = Omit<ReadRecord, '_id' | 'last' | 'times'>

/** Keeps that somebody has read something, in one write: one line for each person, call, case and hour. */
export async function noteReads({ reads }: Models, noted: readonly Noted[]): Promise<void> {
  if (noted.length === 0) return
  await reads.bulkWrite(
    noted.map(({ project, uscc, by, what, at, request }) => ({
      updateOne: {
        filter: { _id: idOf({ project, uscc, by, what, at }) },
        update: {
          $setOnInsert: { project, uscc, by, what, at, request },
          $max: { last: at },
          $inc: { times: 1 },
        },
        upsert: true,
      },
    })),
  )
}

function idOf({ project, uscc, by, what, at }: Omit<Noted, 'request'>): string {
  const hour = Math.floor(at.getTime() / hourMs)
  return [project, uscc ?? '', by.user, by.role, what, hour].join(':')
}

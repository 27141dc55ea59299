import type { Models } from '../models/index.ts'
import type { Exporter, ReadOfCase } from './content.ts'

const mostReads = 20_000
const hourMs = 3_600_000

type ReadDocument = {
  _id: string
  project: string
  uscc: string | null
  by: ReadOfCase['by']
  what: string
  at: Date
  last: Date
  times: number
  request: string
}

/** Who has read a case, first things first. */
export async function readsOf({ connection }: Models, project: string): Promise<ReadOfCase[]> {
  const found = await connection
    .collection<ReadDocument>('reads')
    .find({ project })
    .sort({ at: 1, _id: 1 })
    .limit(mostReads)
    .toArray()
  return found.map(({ by, what, at, last, times }) => ({
    by,
    what,
    at: at.toISOString(),
    last: last.toISOString(),
    times,
  }))
}

/** Notes that somebody has taken a case out by the command line: one line an hour, as for every other way to read it. */
export async function noteExport(
  { connection }: Models,
  project: string,
  { user, role }: Exporter,
  at: Date,
): Promise<void> {
  const what = 'history export'
  const place = [project, '', user, role, what, Math.floor(at.getTime() / hourMs)].join(':')
  await connection.collection<ReadDocument>('reads').updateOne(
    { _id: place },
    {
      $setOnInsert: { project, uscc: null, by: { user, role, district: null }, what, at, request: '' },
      $max: { last: at },
      $inc: { times: 1 },
    },
    { upsert: true },
  )
}

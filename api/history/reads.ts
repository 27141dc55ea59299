import { z } from 'zod'
import type { Models, ReadRecord } from '../../models/index.ts'
import { afterCursor, type Ledger, type Part } from './ledger.ts'
import { shown } from '../http/shown.ts'

const fields = {
  by: z.object({ user: z.string(), role: z.string(), district: z.string().nullable() }),
  what: z.string().meta({ description: 'The call, such as `GET /projects/{id}`.' }),
  at: z.string().meta({ description: 'The first time in the hour.' }),
  last: z.string(),
  times: z.int(),
  request: z.string(),
}

/** Somebody who is not of the applicant's side has read a case, once or more often within an hour. */
export const ReadLine = z.object({ kind: z.literal('read'), ...fields }).meta({ id: 'HistoryRead' })
type ReadLine = z.infer<typeof ReadLine>

/** The same, of whatever was read. */
export const ReadView = z
  .object({
    project: z
      .string()
      .nullable()
      .meta({ description: "None for an enterprise's record, and for what is of no case." }),
    uscc: z.string().nullable().meta({ description: 'Of an enterprise whose record was read.' }),
    ...fields,
  })
  .meta({ id: 'Read' })

/** Who has read a case. */
export function readLedger({ reads }: Models, project: string, part: Part): Ledger<ReadLine> {
  const { person } = part
  return {
    kind: 'read',
    async after(cursor, limit) {
      const found = await reads
        .find({
          project,
          ...(person !== undefined && { 'by.user': person }),
          ...afterCursor('read', cursor, part, ['_id', String]),
        })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean()
      return found.map((record) => ({ at: record.at, id: record._id, view: viewReadLine(record) }))
    },
  }
}

/** Shows a read in the history of its case. */
export function viewReadLine(record: ReadRecord): ReadLine {
  return shown(ReadLine, { kind: 'read', ...record })
}

/** Shows a read in the list of all. */
export function viewRead(record: ReadRecord): z.infer<typeof ReadView> {
  return shown(ReadView, { ...record, project: record.project || null })
}

import type { ClientSession } from 'mongoose'
import type { ErrandRecord, Models, OperationRecord } from '../models/index.ts'
import type { Target } from './targets.ts'

/** Keeps an operation with the list of what it goes to, all or nothing; `settled`, if all of it has been done already. */
export async function keepOperation(
  { operations, errands }: Models,
  record: OperationRecord,
  targets: Target[],
  session: ClientSession,
  settled: Partial<ErrandRecord> = {},
): Promise<void> {
  const total = targets.length
  await operations.create([{ ...record, tally: { ...record.tally, total } }], { session })
  const list = targets.map(({ id, projects }, place) => ({
    _id: `${record._id}:${place}`,
    operation: record._id,
    place,
    target: id,
    projects,
    tries: 0,
    outcome: null,
    reason: null,
    by: [],
    at: null,
    ...settled,
  }))
  await errands.insertMany(list, { session, lean: true })
}

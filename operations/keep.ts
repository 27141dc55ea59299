import type { ClientSession } from 'mongoose'
import type { BatchItemRecord, Models, OperationRecord } from '../models/index.ts'
import type { Target } from './targets.ts'

/** Keeps an operation with the list of what it goes to, all or nothing; `settled`, if all of it has been done already. */
export async function keepOperation(
  { operations, batchItems }: Models,
  record: OperationRecord,
  targets: Target[],
  session: ClientSession,
  settled: Partial<BatchItemRecord> = {},
): Promise<void> {
  const total = targets.length
  await operations.create([{ ...record, tally: { ...record.tally, total } }], { session })
  const list = targets.map(({ id, projects }, position) => ({
    _id: `${record._id}:${position}`,
    operation: record._id,
    position,
    target: id,
    projects,
    tries: 0,
    outcome: null,
    reason: null,
    by: [],
    at: null,
    ...settled,
  }))
  await batchItems.insertMany(list, { session, lean: true })
}

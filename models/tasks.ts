import { z } from 'zod'
import { Id } from './cursor.ts'
import type { Model } from 'mongoose'
import { count, date, flag, optionalText, schemaOf, text, texts, type RecordOf } from './fields.ts'

/**
 * A task of a case, open or done; `_id` is project, task, part and the revision that opened it. Written with the step
 * that opens, moves or closes it, and never by an older step.
 */
export type TaskRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  project: text,
  task: text,
  part: optionalText,
  entry: count,
  open: flag,
  roles: texts,
  district: text,
  uscc: text,
  dueOn: optionalText,
  overdue: flag,
  claimedBy: optionalText,
  openedOn: text,
  closedOn: optionalText,
  /** The day on which somebody was last reminded of it. */
  remindedOn: optionalText,
  /** Of the step that last wrote it, and its instant. */
  revision: count,
  at: date,
}

export const taskSchema = schemaOf<TaskRecord>('tasks', fields)
// What is done is in none of these: a task that is closed leaves them, and nothing of it is written anew.
const open = { partialFilterExpression: { open: true } }
// The inbox of a role that sees all districts, or of a third party.
taskSchema.index({ roles: 1, dueOn: 1, _id: 1 }, open)
// The inbox of a district's officers; metrics read from it alone how long the oldest task of each body waits.
taskSchema.index({ open: 1, roles: 1, district: 1, dueOn: 1, _id: 1, openedOn: 1 }, open)
// The inbox of an enterprise, which has few open tasks, whosever turn it is: so a task has one key here, and not one for each role.
taskSchema.index({ uscc: 1, dueOn: 1, _id: 1 }, open)
// Supervision: what is due or late in a district, and anywhere; the last one also finds due dates that nobody noticed.
taskSchema.index({ district: 1, dueOn: 1, _id: 1 }, open)
taskSchema.index({ dueOn: 1, _id: 1, overdue: 1 }, open)
// Supervision: reminders without an answer. Most tasks are never reminded of.
const reminded = { partialFilterExpression: { open: true, remindedOn: { $gte: '' } } }
taskSchema.index({ district: 1, remindedOn: 1, _id: 1 }, reminded)
taskSchema.index({ remindedOn: 1, _id: 1 }, reminded)
// The tasks of a case, open or done: for its case file, and to compare it with its history.
taskSchema.index({ project: 1 })
// What metrics ask: how much is overdue.
taskSchema.index({ overdue: 1, open: 1, task: 1 }, { partialFilterExpression: { open: true, overdue: true } })

/** Where a list of tasks goes on: among those with a date, or among those without. */
export const TaskCursor = z.tuple([z.iso.date().nullable(), Id])

/**
 * Open tasks, soonest due first; then those that have no date, or whose clock stands still. Both parts are read in the order of
 * an index, where MongoDB itself would put what has no date before all others.
 */
export async function findTasks(
  { tasks }: { tasks: Model<TaskRecord> },
  filter: object,
  { after, limit }: { after: z.output<typeof TaskCursor> | undefined; limit: number },
): Promise<TaskRecord[]> {
  const [dueOn, id] = after ?? ['', '']
  const read = (part: object, most: number) =>
    tasks
      .find({ ...filter, ...part })
      .sort({ dueOn: 1, _id: 1 })
      .limit(most)
      .lean()
      .exec()
  const dated = dueOn === null ? [] : await read(laterThan(dueOn, id), limit)
  if (dated.length === limit) return dated
  const undated = await read(
    { dueOn: null, ...(dueOn === null && { _id: { $gt: id } }) },
    limit - dated.length,
  )
  return [...dated, ...undated]
}

/** What has a date, and comes after a day and an id. */
function laterThan(dueOn: string, id: string) {
  return { dueOn: { $gte: dueOn }, $or: [{ dueOn: { $gt: dueOn } }, { dueOn, _id: { $gt: id } }] }
}

import { z } from 'zod'
import { Id } from './cursor.ts'
import type { Models, TaskRecord } from './index.ts'

/** Where a list of tasks goes on: among those with a date, or among those without. */
export const TaskPlace = z.tuple([z.iso.date().nullable(), Id])

/**
 * Open tasks, soonest due first; then those that have no date, or whose clock stands still. Both parts are read in the order of
 * an index, where MongoDB itself would put what has no date before all others.
 */
export async function findTasks(
  { tasks }: Models,
  filter: object,
  { after, limit }: { after: z.output<typeof TaskPlace> | undefined; limit: number },
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

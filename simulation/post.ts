import type { Models, NoticeRecord } from '../models/index.ts'
import { endsWithTask, taskIdOf } from '../policy/notice.ts'

/**
 * The post of a played day: marks as sent what is due in the ledger, and as moot what says nothing any more because its
 * task is done. Nothing leaves the house. This is the place of the postman (`notices/`), whose senders would be deaf here.
 */
export async function sendPost({ notices, tasks }: Models, nowMs: number): Promise<void> {
  const due = await notices
    .find(
      { status: 'pending', sendAt: { $lte: new Date(nowMs) } },
      { project: 1, task: 1, period: 1, entry: 1, kind: 1 },
    )
    .lean()
  if (due.length === 0) return
  const taskOf = (notice: Pick<NoticeRecord, 'project' | 'task' | 'period' | 'entry'>) =>
    taskIdOf(notice, notice.project)
  const closed = await tasks.distinct('_id', { _id: { $in: due.map(taskOf) }, open: false })
  const done = new Set<string>(closed)
  const moot = due.filter((notice) => endsWithTask(notice.kind) && done.has(taskOf(notice)))
  const isMoot = new Set(moot.map(({ _id }) => _id))
  const sent = due.filter(({ _id }) => !isMoot.has(_id))
  const idsOf = (lines: { _id: string }[]) => ({ _id: { $in: lines.map(({ _id }) => _id) } })
  await notices.updateMany(idsOf(moot), { $set: { status: 'moot' } })
  await notices.updateMany(idsOf(sent), { $set: { status: 'sent', sentAt: new Date(nowMs) } })
}

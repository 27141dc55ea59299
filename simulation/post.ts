import type { Models, NoticeRecord } from '../models/index.ts'
import { endsWithTask, taskIdOf } from '../policy/notice.ts'

type Due = Pick<NoticeRecord, '_id' | 'project' | 'task' | 'period' | 'entry' | 'kind'>

const fields = { project: 1, task: 1, period: 1, entry: 1, kind: 1 } as const

/**
 * The post of a played day: marks as sent what is due in the ledger, and as moot what says nothing any more because its
 * task is done. Nothing leaves the house. This is the place of the postman (`notices/`), whose senders would be deaf here.
 */
export async function sendPost({ notices, tasks }: Models, nowMs: number): Promise<void> {
  const now = new Date(nowMs)
  const due: Due[] = await notices.find({ status: 'pending', sendAt: { $lte: now } }, fields).lean()
  if (due.length === 0) return
  const closed = await tasks.distinct('_id', { _id: { $in: due.map(taskOf) }, open: false })
  const done = new Set<string>(closed)
  const isMoot = (notice: Due) => endsWithTask(notice.kind) && done.has(taskOf(notice))
  await notices.updateMany(those(due.filter(isMoot)), { $set: { status: 'moot' } })
  const alive = due.filter((notice) => !isMoot(notice))
  await notices.updateMany(those(alive), { $set: { status: 'sent', sentAt: now } })
}

function taskOf(notice: Due): string {
  return taskIdOf(notice, notice.project)
}

function those(notices: readonly Due[]) {
  return { _id: { $in: notices.map(({ _id }) => _id) } }
}

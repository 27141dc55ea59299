import type { Models, NoticeRecord } from '../models/index.ts'
import { endsWithTask, taskIdOf } from '../policy/notice.ts'

/** The notices that still say something; those whose task is done are marked `moot`. A task that is not on record is open. */
export async function withoutMoot(models: Models, notices: NoticeRecord[]): Promise<NoticeRecord[]> {
  const tasks = notices.filter(({ kind }) => endsWithTask(kind)).map(taskOf)
  const done = await models.tasks.find({ _id: { $in: [...new Set(tasks)] }, open: false }, { _id: 1 }).lean()
  const ids = new Set(done.map(({ _id }) => _id))
  const isMoot = (notice: NoticeRecord) => endsWithTask(notice.kind) && ids.has(taskOf(notice))
  const moot = notices.filter(isMoot).map(({ _id }) => _id)
  if (moot.length > 0)
    await models.notices.updateMany({ _id: { $in: moot }, status: 'pending' }, { $set: { status: 'moot' } })
  return notices.filter((notice) => !isMoot(notice))
}

function taskOf(notice: NoticeRecord): string {
  return taskIdOf(notice, notice.project)
}

import type { Models, NoticeRecord } from '../models/index.ts'
import { endsWithTask, audiencesOf, taskIdOf } from '../policy/notices/notice.ts'
import { holdsRole, isMailbox } from '../policy/notices/recipients.ts'
import { canReach, reachableFields, writeLines } from '../models/ledger.ts'

/**
 * The notices that still say something, to somebody who may still be told, on a channel that there still is; the others are marked
 * `cancelled`, `withdrawn` or `declined`. What is withdrawn from one person is told to those who may be told now.
 */
export async function stillCurrent(
  models: Models,
  notices: NoticeRecord[],
  nowMs: number,
): Promise<NoticeRecord[]> {
  const open = await withoutCancelled(models, notices)
  return withoutWithdrawn(models, open, nowMs)
}

/** A task that is not on record is open. */
async function withoutCancelled(models: Models, notices: NoticeRecord[]): Promise<NoticeRecord[]> {
  const tasks = notices.filter(({ kind }) => endsWithTask(kind)).map(taskOf)
  const done = await models.tasks.find({ _id: { $in: [...new Set(tasks)] }, open: false }, { _id: 1 }).lean()
  const ids = new Set(done.map(({ _id }) => _id))
  const isCancelled = (notice: NoticeRecord) => endsWithTask(notice.kind) && ids.has(taskOf(notice))
  await mark(models, notices.filter(isCancelled), 'cancelled')
  return notices.filter((notice) => !isCancelled(notice))
}

async function withoutWithdrawn(
  models: Models,
  notices: NoticeRecord[],
  nowMs: number,
): Promise<NoticeRecord[]> {
  const users = [...new Set(notices.map(({ recipient }) => recipient).filter((each) => !isMailbox(each)))]
  const found =
    users.length > 0 ? await models.people.find({ _id: { $in: users } }, reachableFields).lean() : []
  const known = new Map(found.map((person) => [person._id, person]))
  const mayRead = ({ recipient, roles, district, uscc }: NoticeRecord) => {
    const person = known.get(recipient)
    return person?.capacities.some(
      (each) =>
        roles.includes(each.role) &&
        (each.district === null || each.district === district) &&
        (each.uscc === null || each.uscc === uscc) &&
        holdsRole(person, each, nowMs),
    )
  }
  const isReached = ({ recipient, channel }: NoticeRecord) => {
    const person = known.get(recipient)
    return person !== undefined && canReach(person, channel)
  }
  const isTheirs = (notice: NoticeRecord) => isMailbox(notice.recipient) || mayRead(notice)
  const withdrawn = notices.filter((notice) => !isTheirs(notice))
  const current = notices.filter(isTheirs)
  const isOpen = (notice: NoticeRecord) => isMailbox(notice.recipient) || isReached(notice)
  await notifyOthers(models, withdrawn, nowMs)
  await mark(models, withdrawn, 'withdrawn')
  await mark(
    models,
    current.filter((notice) => !isOpen(notice)),
    'declined',
  )
  return current.filter(isOpen)
}

/** Before it is withdrawn, so that nothing is lost if somebody dies in between: told again, it is written once. */
async function notifyOthers(models: Models, withdrawn: NoticeRecord[], nowMs: number): Promise<void> {
  const at = new Date(nowMs).toISOString()
  for (const line of new Map(
    withdrawn.map((each) => [`${taskOf(each)}:${each.deduplicationKey}`, each]),
  ).values()) {
    const { project, district, uscc, revision } = line
    const edition = await editionOf(models, project)
    if (!edition) continue
    const scope = { district, uscc }
    const notices = [{ ...line, user: null }]
    const audiences = audiencesOf(edition, scope, notices)
    await writeLines(models, { project, scope, revision, audiences, notices, at })
  }
}

async function editionOf({ projects, editions }: Models, project: string) {
  const record = await projects.findById(project, { editionHash: 1 }).lean()
  const found = record && (await editions.findById(record.editionHash).lean())
  return found?.document
}

async function mark(
  { notices }: Models,
  chosen: NoticeRecord[],
  status: 'cancelled' | 'withdrawn' | 'declined',
): Promise<void> {
  const ids = chosen.map(({ _id }) => _id)
  if (ids.length > 0) await notices.updateMany({ _id: { $in: ids }, status: 'pending' }, { $set: { status } })
}

function taskOf(notice: NoticeRecord): string {
  return taskIdOf(notice, notice.project)
}

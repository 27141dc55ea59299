import { z } from 'zod'
import type { MessageRecord, Models, NoticeRecord } from '../../models/index.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { outcomes } from '../../policy/case/decisions.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { titleOf } from '../../policy/notices/notice-title.ts'
import { noticeLabels } from '../../policy/notices/notice.ts'
import { Words } from '../http/words.ts'
import { afterCursor, type Ledger, type Part } from './ledger.ts'
import { ownRolesOf, type Detail } from '../../policy/access/visibility.ts'
import { shown } from '../http/shown.ts'

/** Somebody was to be told something, and what came of it. */
export const NoticeLine = z
  .object({
    kind: z.literal('notice'),
    type: z.string(),
    name: Words.meta({ description: 'Its kind.' }),
    title: Words.meta({ description: 'As it was sent.' }),
    outcome: z.enum(outcomes).nullable(),
    task: z.string(),
    taskName: Words,
    part: z.string().nullable(),
    deduplicationKey: z.string(),
    recipient: z.string(),
    channel: z.string(),
    dueOn: z.string().nullable(),
    status: z.enum(['pending', 'sent', 'failed', 'cancelled', 'declined', 'withdrawn']),
    at: z.string(),
    sentAt: z.string().nullable(),
    openedAt: z.string().nullable(),
    delivery: z
      .object({
        status: z.enum(['pending', 'sent', 'dead']),
        attempts: z.int(),
        nextAttemptAt: z.string().nullable().meta({ description: 'While it is tried.' }),
        error: z
          .string()
          .nullable()
          .meta({ description: "The channel's last words; shown to auditors and administrators." }),
      })
      .nullable()
      .meta({ description: 'Of the mail or call that carried it.' }),
    article: z.string(),
  })
  .meta({ id: 'HistoryNotice' })
type NoticeLine = z.infer<typeof NoticeLine>

/** Who was told. An applicant sees what its own side was told. */
export function noticeLedger(
  models: Models,
  project: string,
  { edition, part, detail }: { edition: Edition; part: Part; detail: Detail },
): Ledger<NoticeLine> {
  const { person } = part
  const own = ownRolesOf(edition)
  return {
    kind: 'notice',
    async after(cursor, limit) {
      const found = await models.notices
        .find({
          project,
          ...(person !== undefined && { recipient: person }),
          ...(detail === 'own' && { roles: { $in: own, $not: { $elemMatch: { $nin: own } } } }),
          ...afterCursor('notice', cursor, part, ['_id', String]),
        })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean()
      const all = await noticesOfMessage(models, found)
      return all.map((each) => ({
        at: each.notice.at,
        id: each.notice._id,
        view: viewNotice(edition, each, detail),
      }))
    },
  }
}

/** Whether a level of detail shows a notice. */
export function showsNotice(edition: Edition, { roles }: NoticeRecord, detail: Detail): boolean {
  const own = ownRolesOf(edition)
  return detail !== 'own' || roles.every((role) => own.includes(role))
}

/** A notice with the message that carried it, if any. */
export type SentNotice = { notice: NoticeRecord; message: MessageRecord | undefined }

/** Notices with what became of the messages that carried them: one query for all. */
export async function noticesOfMessage({ messages }: Models, notices: NoticeRecord[]): Promise<SentNotice[]> {
  const ids = [...new Set(notices.flatMap(({ message }) => message ?? []))]
  const carriers = ids.length > 0 ? await messages.find({ _id: { $in: ids } }).lean() : []
  const byId = new Map(carriers.map((message) => [message._id, message]))
  return notices.map((notice) => ({ notice, message: byId.get(notice.message ?? '') }))
}

/** Shows a notice in the history of its case. */
export function viewNotice(edition: Edition, { notice, message }: SentNotice, detail: Detail): NoticeLine {
  return shown(NoticeLine, {
    ...notice,
    kind: 'notice',
    type: notice.kind,
    name: noticeLabels[notice.kind],
    title: titleOf(edition, notice, shanghaiDate(notice.at.getTime())),
    taskName: nameOfTask(edition, notice.task),
    delivery: message ? viewDelivery(message, detail) : null,
  })
}

function viewDelivery(
  { status, attempts, nextAttemptAt, error }: MessageRecord,
  detail: Detail,
): NoticeLine['delivery'] {
  const next = status === 'pending' ? nextAttemptAt.toISOString() : null
  return { status, attempts, nextAttemptAt: next, error: detail === 'full' ? error : null }
}

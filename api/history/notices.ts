import { z } from 'zod'
import type { MessageRecord, Models, NoticeRecord } from '../../models/index.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { outcomes } from '../../policy/case/decisions.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { titleOf } from '../../policy/notices/notice-title.ts'
import { noticeLabels } from '../../policy/notices/notice.ts'
import { Words } from '../http/words.ts'
import { afterPlace, type Ledger, type Part } from './ledger.ts'
import { ownRolesOf, type Detail } from '../../policy/access/levels.ts'

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
    period: z.string().nullable(),
    occasion: z.string(),
    recipient: z.string(),
    channel: z.string(),
    dueOn: z.string().nullable(),
    status: z.enum(['pending', 'sent', 'failed', 'moot', 'declined', 'withdrawn']),
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
          .meta({ description: "The carrier's last words; shown to auditors and administrators." }),
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
    async after(place, limit) {
      const found = await models.notices
        .find({
          project,
          ...(person !== undefined && { recipient: person }),
          ...(detail === 'own' && { roles: { $in: own, $not: { $elemMatch: { $nin: own } } } }),
          ...afterPlace('notice', place, part, ['_id', String]),
        })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean()
      const all = await carriedBy(models, found)
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
export type Carried = { notice: NoticeRecord; carrier: MessageRecord | undefined }

/** Notices with what became of the messages that carried them: one query for all. */
export async function carriedBy({ messages }: Models, notices: NoticeRecord[]): Promise<Carried[]> {
  const ids = [...new Set(notices.flatMap(({ message }) => message ?? []))]
  const carriers = ids.length > 0 ? await messages.find({ _id: { $in: ids } }).lean() : []
  const byId = new Map(carriers.map((carrier) => [carrier._id, carrier]))
  return notices.map((notice) => ({ notice, carrier: byId.get(notice.message ?? '') }))
}

/** Shows a notice in the history of its case. */
export function viewNotice(edition: Edition, { notice, carrier }: Carried, detail: Detail): NoticeLine {
  const { kind, outcome, task, period, occasion, recipient, channel, dueOn, status, article } = notice
  return {
    kind: 'notice',
    type: kind,
    name: noticeLabels[kind],
    title: titleOf(edition, notice, shanghaiDate(notice.at.getTime())),
    outcome,
    task,
    taskName: nameOfTask(edition, task),
    period,
    occasion,
    recipient,
    channel,
    dueOn,
    status,
    at: notice.at.toISOString(),
    sentAt: notice.sentAt?.toISOString() ?? null,
    openedAt: notice.openedAt?.toISOString() ?? null,
    delivery: carrier ? viewDelivery(carrier, detail) : null,
    article,
  }
}

function viewDelivery(
  { status, attempts, nextAttemptAt, error }: MessageRecord,
  detail: Detail,
): NoticeLine['delivery'] {
  const next = status === 'pending' ? nextAttemptAt.toISOString() : null
  return { status, attempts, nextAttemptAt: next, error: detail === 'full' ? error : null }
}

import { randomUUID } from 'node:crypto'
import type { MessageRecord, Models, NoticeRecord, TaskRecord } from '../../models/index.ts'
import type { Actor } from '../../policy/case/case.ts'
import { taskIdOf } from '../../policy/notices/notice.ts'
import { aNotice } from './a-notice.ts'

/** A notice that arrived in an inbox, of a project that need not be on record. */
export function aNoticeTo(recipient: string, overrides: Partial<NoticeRecord> = {}): NoticeRecord {
  const at = new Date()
  return {
    _id: `${randomUUID()}/districtVerification//2/opened/${recipient}/inbox`,
    project: 'p-unknown',
    district: '渝北区',
    uscc: '91500112MA5ABCD195',
    revision: 2,
    besides: [],
    ...aNotice({ entry: 2, days: 20, unit: 'workingDays', article: '三（三）' }),
    recipient,
    channel: 'inbox',
    sendAt: at,
    status: 'sent',
    message: null,
    at,
    sentAt: at,
    openedAt: null,
    ...overrides,
  }
}

/** A notice of a case that a person sees, told to them in the capacity in which they are here. */
export function noticeTo(
  { user, role, district, uscc }: Actor,
  overrides: Partial<NoticeRecord> = {},
): NoticeRecord {
  const seen = { ...(district !== undefined && { district }), ...(uscc !== undefined && { uscc }) }
  return aNoticeTo(user, { roles: [role], ...seen, ...overrides })
}

/** Writes a notice that waits, and then lets it arrive: the way of each that is delivered. */
export async function deliver({ notices }: Models, notice: NoticeRecord): Promise<void> {
  await notices.create({ ...notice, status: 'pending', sentAt: null })
  await notices.updateOne({ _id: notice._id }, { $set: { status: 'sent', sentAt: notice.sentAt } })
}

/** A mail that could not be delivered. */
export function aDeadLetter(overrides: Partial<MessageRecord> = {}): MessageRecord {
  const at = new Date()
  return {
    _id: randomUUID(),
    recipient: 'wang',
    channel: 'email',
    notices: [],
    digest: false,
    confirms: null,
    brief: false,
    status: 'dead',
    attempts: 12,
    nextAttemptAt: at,
    leasedUntil: null,
    error: '550 no such mailbox',
    at,
    sentAt: null,
    ...overrides,
  }
}

let opened = 3

/** An open task of a district, of a project that need not be on record; each is opened by a revision of its own. */
export function aTask(overrides: Partial<TaskRecord> = {}): TaskRecord {
  opened += 1
  const task = {
    project: 'p-unknown',
    task: 'districtVerification',
    part: null,
    entry: opened,
    open: true,
    roles: ['district'],
    district: '渝北区',
    uscc: '91500112MA5ABCD195',
    dueOn: '2021-04-09',
    overdue: false,
    claimedBy: null,
    openedOn: '2021-03-12',
    closedOn: null,
    remindedOn: null,
    revision: opened,
    at: new Date('2021-03-12T01:00:00Z'),
    ...overrides,
  }
  return { _id: taskIdOf(task, task.project), ...task }
}

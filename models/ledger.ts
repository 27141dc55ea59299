import { channels, type Channel, type Models, type NoticeRecord, type PersonRecord } from './index.ts'
import { indexesOfRepeats, unordered } from './repeats.ts'
import { seenSince } from '../policy/access/capacities.ts'
import type { Audience } from '../policy/access/scope.ts'
import {
  reminderKinds,
  sendingInstant,
  taskIdOf,
  type Notice,
  type NotificationBatch,
} from '../policy/notices/notice.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import { oneByOne, recipientsOf } from '../policy/notices/recipients.ts'

type Reachable = Pick<PersonRecord, '_id' | 'capacities' | 'email' | 'preferences' | 'webhook'>

/** What is looked up of whoever may be told. */
export const reachableFields = { capacities: 1, email: 1, preferences: 1, webhook: 1 } as const

const reminding: ReadonlySet<Notice['kind']> = new Set(reminderKinds)

/** The tasks of which somebody is reminded, and the day. */
export function remindersIn({
  project,
  notices,
  at,
}: Pick<NotificationBatch, 'project' | 'notices' | 'at'>): {
  ids: string[]
  remindedOn: string
} {
  const ids = notices.filter(({ kind }) => reminding.has(kind)).map((notice) => taskIdOf(notice, project))
  return { ids, remindedOn: shanghaiDate(Date.parse(at)) }
}

/** Writes one notice for each recipient and channel; what is written already stays as it is. */
export async function writeLines(models: Models, batch: NotificationBatch): Promise<void> {
  const lines = await linesFor(models, batch)
  if (lines.length > 0) await indexesOfRepeats(models.notices.insertMany(lines, unordered))
}

/**
 * The notices that a batch makes, one for each recipient and channel; found in a few queries, however many there are. Who is
 * told is decided by `recipientsOf`.
 */
export async function linesFor(models: Models, batch: NotificationBatch): Promise<NoticeRecord[]> {
  if (batch.notices.length === 0) return []
  const nowMs = Date.parse(batch.at)
  const users = [...new Set(batch.notices.flatMap(({ user }) => user ?? []))]
  const groups = await Promise.all([
    users.length > 0 ? models.people.find({ _id: { $in: users } }, reachableFields).lean() : [],
    ...batch.audiences.map((audience) => holdersOf(models, audience, nowMs)),
  ])
  const known = new Map<string, Reachable>(groups.flat().map((person) => [person._id, person]))
  return batch.notices.flatMap((notice) =>
    recipientsOf(notice, batch.audiences, [...known.values()], nowMs).flatMap((recipient) => {
      if ('mailbox' in recipient) return [mailboxLine(batch, notice, recipient.mailbox, recipient.besides)]
      const person = known.get(recipient.user)
      return person ? personLines(batch, notice, person) : []
    }),
  )
}

/** Those who may be told as an audience; one more than are told one by one is enough to know that they are too many. */
function holdersOf({ people }: Models, { role, district, uscc }: Audience, nowMs: number) {
  const seenAt = { $gte: seenSince(uscc, nowMs) }
  return people
    .find({ capacities: { $elemMatch: { role, district, uscc, ended: false, seenAt } } }, reachableFields)
    .limit(oneByOne + 1)
    .lean()
}

function personLines(batch: NotificationBatch, notice: Notice, person: Reachable): NoticeRecord[] {
  return channels
    .filter((channel) => canReach(person, channel))
    .map((channel) => {
      const declined = !notice.required && person.preferences[channel] === 'required'
      const status = declined ? 'declined' : 'pending'
      return lineOf(batch, notice, { recipient: person._id, channel, status, besides: [] })
    })
}

function mailboxLine(
  batch: NotificationBatch,
  notice: Notice,
  recipient: string,
  besides: string[],
): NoticeRecord {
  return lineOf(batch, notice, { recipient, channel: 'inbox', status: 'pending', besides })
}

/** Whether a person can be reached on a channel. */
export function canReach(
  { email, webhook }: Pick<Reachable, 'email' | 'webhook'>,
  channel: Channel,
): boolean {
  switch (channel) {
    case 'inbox':
      return true
    case 'email':
      return email !== null
    case 'webhook':
      return webhook !== null && webhook.goneAt === null
  }
}

function lineOf(
  { project, scope, revision, at }: NotificationBatch,
  notice: Notice,
  to: Pick<NoticeRecord, 'recipient' | 'channel' | 'status' | 'besides'>,
): NoticeRecord {
  return {
    ...notice,
    ...to,
    ...scope,
    _id: `${taskIdOf(notice, project)}:${notice.deduplicationKey}:${to.recipient}:${to.channel}`,
    project,
    revision,
    sendAt: new Date(sendingInstant(notice.kind, Date.parse(at))),
    message: null,
    at: new Date(at),
    sentAt: null,
    openedAt: null,
  }
}

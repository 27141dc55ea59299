import { channels, type Channel, type Models, type NoticeRecord, type PersonRecord } from './index.ts'
import { placesOfRepeats, unordered } from './repeats.ts'
import { seenSince, type Audience } from '../policy/access/capacities.ts'
import {
  reminderKinds,
  sendingInstant,
  taskIdOf,
  type Notice,
  type Telling,
} from '../policy/notices/notice.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import { oneByOne, recipientsOf } from '../policy/notices/recipients.ts'

type Reachable = Pick<PersonRecord, '_id' | 'capacities' | 'email' | 'wishes' | 'webhook'>

/** What is looked up of whoever may be told. */
export const reachableFields = { capacities: 1, email: 1, wishes: 1, webhook: 1 } as const

/** Writes notices into the ledger, and in the tasks on which day somebody was last reminded of them. */
export async function writeNotices(models: Models, telling: Telling): Promise<void> {
  if (await writeLines(models, telling)) await markReminded(models, telling)
}

const reminding: ReadonlySet<Notice['kind']> = new Set(reminderKinds)

async function markReminded({ tasks }: Models, telling: Telling): Promise<void> {
  const { ids, remindedOn } = remindersIn(telling)
  if (ids.length > 0) await tasks.updateMany({ _id: { $in: ids } }, { $set: { remindedOn } })
}

/** The tasks of which somebody is reminded, and the day. */
export function remindersIn({ project, notices, at }: Pick<Telling, 'project' | 'notices' | 'at'>): {
  ids: string[]
  remindedOn: string
} {
  const ids = notices.filter(({ kind }) => reminding.has(kind)).map((notice) => taskIdOf(notice, project))
  return { ids, remindedOn: shanghaiDate(Date.parse(at)) }
}

/**
 * Writes one notice for each recipient and channel, in a few queries however many there are; what is written already stays as
 * it is. Who is told is decided by `recipientsOf`. Answers whether there is anybody to be told.
 */
export async function writeLines(models: Models, telling: Telling): Promise<boolean> {
  if (telling.notices.length === 0) return false
  const nowMs = Date.parse(telling.at)
  const users = [...new Set(telling.notices.flatMap(({ user }) => user ?? []))]
  const groups = await Promise.all([
    users.length > 0 ? models.people.find({ _id: { $in: users } }, reachableFields).lean() : [],
    ...telling.audiences.map((audience) => holdersOf(models, audience, nowMs)),
  ])
  const known = new Map<string, Reachable>(groups.flat().map((person) => [person._id, person]))
  const lines = telling.notices.flatMap((notice) =>
    recipientsOf(notice, telling.audiences, [...known.values()], nowMs).flatMap((recipient) => {
      if ('mailbox' in recipient) return [mailboxLine(telling, notice, recipient.mailbox, recipient.besides)]
      const person = known.get(recipient.user)
      return person ? personLines(telling, notice, person) : []
    }),
  )
  if (lines.length > 0) await placesOfRepeats(models.notices.insertMany(lines, unordered))
  return lines.length > 0
}

/** Those who may be told as an audience; one more than are told one by one is enough to know that they are too many. */
function holdersOf({ people }: Models, { role, district, uscc }: Audience, nowMs: number) {
  const seenAt = { $gte: seenSince(uscc, nowMs) }
  return people
    .find({ capacities: { $elemMatch: { role, district, uscc, ended: false, seenAt } } }, reachableFields)
    .limit(oneByOne + 1)
    .lean()
}

function personLines(telling: Telling, notice: Notice, person: Reachable): NoticeRecord[] {
  return channels
    .filter((channel) => canReach(person, channel))
    .map((channel) => {
      const declined = !notice.required && person.wishes[channel] === 'required'
      const status = declined ? 'declined' : 'pending'
      return lineOf(telling, notice, { recipient: person._id, channel, status, besides: [] })
    })
}

function mailboxLine(telling: Telling, notice: Notice, recipient: string, besides: string[]): NoticeRecord {
  return lineOf(telling, notice, { recipient, channel: 'inbox', status: 'pending', besides })
}

/** Whether there is a way on which a person can be told. */
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
  { project, scope, revision, at }: Telling,
  notice: Notice,
  to: Pick<NoticeRecord, 'recipient' | 'channel' | 'status' | 'besides'>,
): NoticeRecord {
  return {
    ...notice,
    ...to,
    ...scope,
    _id: `${taskIdOf(notice, project)}:${notice.occasion}:${to.recipient}:${to.channel}`,
    project,
    revision,
    sendAt: new Date(sendingInstant(notice.kind, Date.parse(at))),
    message: null,
    at: new Date(at),
    sentAt: null,
    openedAt: null,
  }
}

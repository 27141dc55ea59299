import { channels, type Channel, type Models, type NoticeRecord, type PersonRecord } from '../models/index.ts'
import { placesOfRepeats, unordered } from '../models/repeats.ts'
import { shanghaiDate } from '../policy/dates.ts'
import { reminderKinds, sendingInstant, taskIdOf, type Notice, type Telling } from '../policy/notice.ts'
import { mailboxOf, type Audience } from '../policy/recipients.ts'

/** Above this many, the holders of a role are told through its mailbox alone. */
const oneByOne = 200

type Recipient = Pick<PersonRecord, '_id' | 'email' | 'wishes' | 'webhook'>
type Audiences = (Audience & { people: Recipient[] })[]

/** Writes what is to be told into the ledger. */
export function createNotices(models: Models) {
  return {
    /** Writes one notice for each recipient and channel; may be repeated, and writes nothing twice. */
    tell: (telling: Telling): Promise<void> => writeNotices(models, telling),
  }
}

/**
 * Writes one notice for each recipient and channel, in a few queries however many there are. Where nobody is known who holds
 * a role, or more than 200 people do, the mailbox of the role is told instead: nobody is forgotten.
 */
export async function writeNotices(models: Models, telling: Telling): Promise<void> {
  if (telling.notices.length === 0) return
  const users = [...new Set(telling.notices.flatMap(({ user }) => user ?? []))]
  const [named, audiences] = await Promise.all([
    users.length > 0 ? models.people.find({ _id: { $in: users } }, recipientFields).lean() : [],
    Promise.all(telling.audiences.map((audience) => peopleOf(models, audience))),
  ])
  const lines = telling.notices.flatMap((notice) => {
    const person = named.find(({ _id }) => _id === notice.user)
    return person ? linesFor(telling, notice, person) : linesForRoles(telling, notice, audiences)
  })
  if (lines.length === 0) return
  await placesOfRepeats(models.notices.insertMany(lines, unordered))
  await markReminded(models, telling)
}

const reminding: ReadonlySet<Notice['kind']> = new Set(reminderKinds)

/** Says in each task on which day somebody was last reminded of it. */
async function markReminded({ tasks }: Models, telling: Telling): Promise<void> {
  const { ids, remindedOn } = remindersIn(telling)
  if (ids.length > 0) await tasks.updateMany({ _id: { $in: ids } }, { $set: { remindedOn } })
}

/** The tasks of which somebody is reminded, and the day. */
export function remindersIn({ project, notices, at }: Telling): { ids: string[]; remindedOn: string } {
  const ids = notices.filter(({ kind }) => reminding.has(kind)).map((notice) => taskIdOf(notice, project))
  return { ids, remindedOn: shanghaiDate(Date.parse(at)) }
}

const recipientFields = { email: 1, wishes: 1, webhook: 1 } as const

async function peopleOf({ people }: Models, audience: Audience): Promise<Audiences[number]> {
  const { role, district, uscc } = audience
  const found = await people
    .find({ role, ...(district !== null && { district }), ...(uscc !== null && { uscc }) }, recipientFields)
    .limit(oneByOne + 1)
    .lean()
  return { ...audience, people: found.length > oneByOne ? [] : found }
}

function linesForRoles(telling: Telling, notice: Notice, audiences: Audiences): NoticeRecord[] {
  return audiences
    .filter(({ role }) => notice.roles.includes(role))
    .flatMap(({ people, ...audience }) =>
      people.length > 0
        ? people.flatMap((person) => linesFor(telling, notice, person))
        : [lineOf(telling, notice, { recipient: mailboxOf(audience), channel: 'inbox', status: 'pending' })],
    )
}

function linesFor(telling: Telling, notice: Notice, person: Recipient): NoticeRecord[] {
  return channels
    .filter((channel) => canReach(person, channel))
    .map((channel) => {
      const declined = !notice.required && person.wishes[channel] === 'required'
      return lineOf(telling, notice, {
        recipient: person._id,
        channel,
        status: declined ? 'declined' : 'pending',
      })
    })
}

function canReach({ email, webhook }: Recipient, channel: Channel): boolean {
  switch (channel) {
    case 'inbox':
      return true
    case 'email':
      return email !== null
    case 'webhook':
      return webhook !== null
  }
}

function lineOf(
  { project, at }: Telling,
  notice: Notice,
  to: Pick<NoticeRecord, 'recipient' | 'channel' | 'status'>,
): NoticeRecord {
  return {
    ...notice,
    ...to,
    _id: `${taskIdOf(notice, project)}:${notice.occasion}:${to.recipient}:${to.channel}`,
    project,
    sendAt: new Date(sendingInstant(notice.kind, Date.parse(at))),
    message: null,
    at: new Date(at),
    sentAt: null,
    openedAt: null,
  }
}

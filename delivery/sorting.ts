import type { Channel, MessageRecord, Models, NoticeRecord } from '../models/index.ts'
import { indexesOfRepeats, unordered } from '../models/repeats.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import { waitsForDigest } from '../policy/notices/notice.ts'
import { nextDigestInstant, nextMorningsDigest } from '../policy/time/quiet-hours.ts'
import type { OutboundChannels } from './outgoing-message.ts'
import { stillCurrent } from './current.ts'

/** How many notices are sorted in one go. */
export const sortedAtOnce = 500

type Posted = NoticeRecord & { channel: MessageRecord['channel'] }
type Group = { id: string; notices: [Posted, ...Posted[]] }

/**
 * Takes the notices that are due, puts those for the inbox there, declines those for a way that is not set up, and puts the
 * others into messages. Several dispatchers may do this at once, and it may be done again after a crash anywhere. Answers how
 * many were due.
 */
export async function sortDue(models: Models, channels: OutboundChannels, nowMs: number): Promise<number> {
  const due = await models.notices
    .find({ status: 'pending', message: null, sendAt: { $lte: new Date(nowMs) } })
    .sort({ sendAt: 1 })
    .limit(sortedAtOnce)
    .lean()
  const current = due.length > 0 ? await stillCurrent(models, due, nowMs) : []
  const inbox = current.filter(({ channel }) => channel === 'inbox')
  const posted = current.filter(isPosted)
  const carried = posted.filter(({ channel }) => channels[channel])
  const urges = carried.filter(({ kind }) => kind === 'urge')
  const single = carried.filter(({ kind }) => !waitsForDigest(kind) && kind !== 'urge')
  const digest = carried.filter(({ kind }) => waitsForDigest(kind))
  const declined = posted.filter(({ channel }) => !channels[channel])
  await Promise.all([
    settle(models, inbox, { status: 'sent', sentAt: new Date(nowMs) }),
    settle(models, declined, { status: 'declined' }),
    writeSingles(models, single, nowMs),
    writeUrges(models, urges, nowMs),
    nextDigestInstant(nowMs) === nowMs
      ? writeDigests(models, digest, nowMs)
      : settle(models, digest, { sendAt: new Date(nextDigestInstant(nowMs)) }),
  ])
  return due.length
}

function isPosted(notice: NoticeRecord): notice is Posted {
  const { channel }: { channel: Channel } = notice
  return channel !== 'inbox'
}

/** Changes notices that nobody else has dealt with in the meantime. */
async function settle(
  { notices }: Models,
  chosen: NoticeRecord[],
  change: Partial<Pick<NoticeRecord, 'status' | 'sentAt' | 'sendAt'>>,
): Promise<void> {
  const ids = chosen.map(({ _id }) => _id)
  if (ids.length > 0)
    await notices.updateMany({ _id: { $in: ids }, status: 'pending', message: null }, { $set: change })
}

async function writeSingles(models: Models, notices: Posted[], nowMs: number): Promise<void> {
  if (notices.length === 0) return
  const groups = notices.map((notice): Group => ({ id: `one:${notice._id}`, notices: [notice] }))
  const messages = groups.map(({ id, notices: [notice] }): MessageRecord => ({
    ...freshMessage(notice, nowMs),
    _id: id,
    notices: [notice._id],
    digest: false,
    status: 'pending',
    attempts: 0,
  }))
  await indexesOfRepeats(models.messages.insertMany(messages, unordered))
  await link(models, groups)
}

/** Adds each notice to the digest of the day, or leaves it for the next morning where that has gone already. */
async function writeDigests(models: Models, notices: Posted[], nowMs: number): Promise<void> {
  const date = shanghaiDate(nowMs)
  const groups = groupsOf(notices, ({ recipient, channel }) => `digest:${recipient}:${channel}:${date}`)
  const late = await gather(models, groups, nowMs, { digest: true })
  await settle(models, late, { sendAt: new Date(nextMorningsDigest(nowMs)) })
}

/** Puts what an officer urges in one go into one message to each, however many tasks it is about. */
async function writeUrges(models: Models, notices: Posted[], nowMs: number): Promise<void> {
  const groups = groupsOf(
    notices,
    ({ recipient, channel, project, deduplicationKey }) =>
      `urge:${recipient}:${channel}:${project}:${deduplicationKey}`,
  )
  const late = await gather(models, groups, nowMs, { digest: false })
  await writeSingles(models, late, nowMs)
}

/** Adds notices to the messages of their groups. Answers with those whose message is on its way, or gone, without them. */
async function gather(
  models: Models,
  groups: Group[],
  nowMs: number,
  as: Pick<MessageRecord, 'digest'>,
): Promise<Posted[]> {
  // Of two dispatchers that begin a message at once, one is refused: for the second time only if it has gone.
  const doubtful = await addToMessages(models, groups, nowMs, as)
  const gone = await addToMessages(models, doubtful, nowMs, as)
  const messages = gone.length > 0 ? await models.messages.find({ _id: gone.map(({ id }) => id) }).lean() : []
  const carried = new Set(messages.flatMap((message) => message.notices))
  const late = gone.flatMap((group) => group.notices).filter(({ _id }) => !carried.has(_id))
  const isLate = new Set(late)
  const carrying = groups.map(({ id, notices: members }) => ({
    id,
    notices: members.filter((notice) => !isLate.has(notice)),
  }))
  await link(models, carrying)
  return late
}

function groupsOf(notices: Posted[], idOf: (notice: Posted) => string): Group[] {
  const groups = new Map<string, Group>()
  for (const notice of notices) {
    const id = idOf(notice)
    const group = groups.get(id)
    if (group) group.notices.push(notice)
    else groups.set(id, { id, notices: [notice] })
  }
  return [...groups.values()]
}

/** Answers with the groups that were not added, since their message is on its way, or is just being begun by another. */
async function addToMessages(
  { messages }: Models,
  groups: Group[],
  nowMs: number,
  as: Pick<MessageRecord, 'digest'>,
): Promise<Group[]> {
  if (groups.length === 0) return []
  const writes = groups.map(({ id, notices }) => ({
    updateOne: {
      filter: { _id: id, status: 'pending' as const, attempts: 0 },
      update: {
        $addToSet: { notices: { $each: notices.map(({ _id }) => _id) } },
        $setOnInsert: { ...freshMessage(notices[0], nowMs), ...as },
      },
      upsert: true,
    },
  }))
  const indexes = await indexesOfRepeats(messages.bulkWrite(writes, { ordered: false }))
  return indexes.flatMap((index) => groups[index] ?? [])
}

function freshMessage({ recipient, channel }: Posted, nowMs: number) {
  const at = new Date(nowMs)
  const nothingElse = { confirms: null, brief: false, leasedUntil: null, error: null, sentAt: null }
  return { recipient, channel, nextAttemptAt: at, at, ...nothingElse }
}

/** Says in each notice which message carries it, so that it is not looked at again. */
async function link(
  { notices }: Models,
  groups: { id: string; notices: { _id: string }[] }[],
): Promise<void> {
  const writes = groups
    .filter((group) => group.notices.length > 0)
    .map(({ id, notices: members }) => ({
      updateMany: {
        filter: { _id: { $in: members.map(({ _id }) => _id) }, status: 'pending' as const, message: null },
        update: { $set: { message: id } },
      },
    }))
  if (writes.length > 0) await notices.bulkWrite(writes, { ordered: false })
}

import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import type { MessageRecord, Models } from '../models/index.ts'
import { confirmationMessage } from './channels/email/confirmation.ts'
import {
  outsideName,
  UndeliveredError,
  type OutboundChannels,
  type Contents,
  type OutgoingMessage,
} from './outgoing-message.ts'
import { openMessageWriter, type MessageWriter } from './message-writer.ts'
import { stillCurrent } from './current.ts'
import { waitAfter } from './retries.ts'

/** How many messages are sent in one go. */
const sentAtOnce = 50
/** How long a message is somebody's alone; longer than `patienceMs`, or two would send it. */
const leaseMs = 300_000
const patienceMs = 60_000
const longestError = 300

/** What sending takes. */
export type DispatcherDependencies = {
  models: Models
  channels: OutboundChannels
  now: () => number
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
}

type Leased = MessageRecord & { leasedUntil: Date }

/**
 * Sends the messages that are due and answers how many it tried. Each is taken by one dispatcher, in one write, for five minutes.
 * A process that dies after a message has left and before that is written down leaves it to be sent again when the lease is
 * over: at least once, never exactly once. What is sent again has the same name outside, by which a receiver can drop it. At
 * night only those who wait for a code of their own asking are written to.
 */
export async function sendDue(
  dependencies: DispatcherDependencies,
  stopping: AbortSignal,
  which: 'all' | 'confirming' = 'all',
): Promise<number> {
  const { models } = dependencies
  const taken = await takeDue(models, dependencies.now(), which)
  if (taken.length === 0) return 0
  const contents = await contentsOf(models, taken, dependencies.now())
  const write = await openMessageWriter(models, contents, dependencies.now())
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)])
  // Every message listens to it.
  setMaxListeners(0, signal)
  const done = await Promise.allSettled(contents.map((one) => deliver(dependencies, one, write, signal)))
  const broken = done.find((one) => one.status === 'rejected')
  if (broken) throw broken.reason
  return taken.length
}

async function takeDue({ messages }: Models, nowMs: number, which: 'all' | 'confirming'): Promise<Leased[]> {
  const leasedUntil = new Date(nowMs + leaseMs)
  const taken: Leased[] = []
  while (taken.length < sentAtOnce) {
    const message = await messages
      .findOneAndUpdate(
        {
          status: 'pending',
          nextAttemptAt: { $lte: new Date(nowMs) },
          ...(which === 'confirming' && { confirms: { $type: 'string' } }),
        },
        { $set: { leasedUntil, nextAttemptAt: leasedUntil }, $inc: { attempts: 1 } },
        { sort: { nextAttemptAt: 1 }, returnDocument: 'after' },
      )
      .lean()
    if (!message) break
    taken.push({ ...message, leasedUntil })
  }
  return taken
}

type Taken = Contents & { message: Leased; hasSent: boolean }

async function contentsOf(models: Models, taken: Leased[], nowMs: number): Promise<Taken[]> {
  const found = await models.notices.find({ _id: { $in: taken.flatMap(({ notices }) => notices) } }).lean()
  const open = await stillCurrent(
    models,
    found.filter(({ status }) => status === 'pending'),
    nowMs,
  )
  const openById = new Map(open.map((notice) => [notice._id, notice]))
  const sent = new Set(found.filter(({ status }) => status === 'sent').map(({ _id }) => _id))
  return taken.map((message) => ({
    message,
    notices: message.notices.flatMap((id) => openById.get(id) ?? []),
    hasSent: message.notices.some((id) => sent.has(id)),
  }))
}

async function deliver(
  dependencies: DispatcherDependencies,
  taken: Taken,
  write: MessageWriter,
  signal: AbortSignal,
) {
  const { models, channels, now } = dependencies
  const { message, notices, hasSent } = taken
  // Somebody died between the two writes of `markSent`.
  if (notices.length === 0 && hasSent) return markSent(dependencies, message)
  const outgoing =
    message.confirms === null
      ? notices.length > 0 && write(taken)
      : await confirmationMessage(models, message, now())
  const channel = channels[message.channel]
  if (!outgoing || (!channel && message.confirms !== null)) return models.messages.deleteOne(heldBy(message))
  try {
    if (!channel) throw new UndeliveredError(`no ${message.channel} is set up`)
    await channel.send(outgoing, signal)
  } catch (error) {
    return markFailed(dependencies, { message, to: outgoing.to }, error)
  }
  return markSent(dependencies, message)
}

/** The notices first: if the second write is lost, the next dispatcher sees that there is nothing left to send. */
async function markSent({ models, now }: DispatcherDependencies, message: Leased): Promise<void> {
  const sentAt = new Date(now())
  await models.notices.updateMany(
    { _id: { $in: message.notices }, status: 'pending' },
    { $set: { status: 'sent', sentAt, message: message._id } },
  )
  await models.messages.updateOne(heldBy(message), {
    $set: { status: 'sent', sentAt, leasedUntil: null, error: null },
  })
}

type Failed = { message: Leased; to: OutgoingMessage['to'] }

async function markFailed(
  dependencies: DispatcherDependencies,
  { message, to }: Failed,
  cause: unknown,
): Promise<void> {
  const { models, now, logger } = dependencies
  const wait = waitFor(message, cause)
  const { channel, attempts } = message
  // What the other side says may quote an address: it is kept in the record, and not logged.
  logger.warn(
    { message: outsideName(message._id), channel, attempts, dead: wait === null, code: codeOf(cause) },
    'a message could not be sent',
  )
  const error = String(cause).slice(0, longestError)
  if (wait !== null) {
    const nextAttemptAt = new Date(now() + wait)
    const brief = message.brief || verdictOf(cause) === 'smaller'
    const change = { leasedUntil: null, nextAttemptAt, error, brief }
    await models.messages.updateOne(heldBy(message), { $set: change })
    return
  }
  if (verdictOf(cause) === 'off' && to.webhook)
    await models.people.updateOne(
      { _id: message.recipient, 'webhook.url': to.webhook.url },
      { $set: { 'webhook.goneAt': new Date(now()) } },
    )
  await models.notices.updateMany(
    { _id: { $in: message.notices }, status: 'pending' },
    { $set: { status: 'failed', message: message._id } },
  )
  await models.messages.updateOne(heldBy(message), { $set: { status: 'dead', leasedUntil: null, error } })
}

/** What comes next after a failure; one that nobody has judged is an outage. */
function verdictOf(cause: unknown): UndeliveredError['verdict'] {
  return cause instanceof UndeliveredError ? cause.verdict : 'again'
}

/** How long to wait until the next attempt (milliseconds); null if there is none. */
function waitFor(message: Leased, cause: unknown): number | null {
  const pause = cause instanceof UndeliveredError ? cause.pauseMs : 0
  const usual = waitAfter(message.attempts, Math.random())
  const wait = usual === null ? null : Math.max(usual, pause)
  switch (verdictOf(cause)) {
    case 'again':
      return wait
    case 'smaller':
      return message.brief || message.notices.length < 2 ? null : wait
    case 'never':
    case 'off':
      return null
  }
}

function heldBy({ _id, leasedUntil }: Leased) {
  return { _id, status: 'pending' as const, leasedUntil }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error ? String(error.code) : error.name
}

import type { Readable } from 'node:stream'
import { mongo } from 'mongoose'
import type { Logger } from 'pino'
import type { Models, NoticeRecord } from '../models/index.ts'
import { RefusalError } from '../policy/errors.ts'
import type { Editions } from './editions.ts'
import { beyond, inboxFilter, placeOf, type InboxPlace } from './inbox.ts'
import { viewNotices } from './notice-view.ts'
import { watchInboxes } from './notice-watch.ts'
import { createReader, type Message, type Reader } from './stream-reader.ts'

/** What streams may take. */
const defaults = {
  perPerson: 3,
  total: 1_000,
  heartbeatMs: 25_000,
  /** A stream ends after an hour, so that its reader shows a token that is still good. */
  lifeMs: 3_600_000,
  backlog: { bytes: 1 << 20, messages: 1_000 },
}
type Limits = typeof defaults

/** The clocks of two workers differ, and a write takes time: what arrived so shortly before is told once more. */
const overlapMs = 10_000
const pageSize = 100

type Sources = { models: Models; editions: Editions; logger: Logger }
type Subscription = { user: string; keys: string[]; lastEventId: string | null }
type Readers = Map<Reader, Pick<Subscription, 'user' | 'keys'>>

/**
 * The live streams of the inboxes (Server-Sent Events). Each notice is told at least once: its id is the event's, and a
 * reader that comes back with `Last-Event-ID` is told what has arrived since.
 */
export function createInboxStreams(sources: Sources, overrides: Partial<Limits> = {}) {
  const limits = { ...defaults, ...overrides }
  const readers: Readers = new Map()
  let leaving = false
  const endAll = () => {
    for (const { out } of readers.keys()) out.end()
  }
  const watch = watchInboxes(sources.models, sources.logger, {
    hear: (notice) => spread(sources, readers, notice),
    lose: endAll,
  })
  const beat = setInterval(() => {
    for (const reader of readers.keys()) reader.write(':\n\n')
  }, limits.heartbeatMs).unref()
  return {
    /** Opens a stream; refuses one more than a person or the process may have. */
    async open(subscription: Subscription): Promise<Readable> {
      const reader = admit(readers, subscription, limits)
      try {
        await watch.start()
        const since = await findPlace(sources.models, subscription)
        reader.write('retry: 3000\n\n')
        if (leaving) reader.out.end()
        else void catchUp(sources, reader, subscription.keys, since)
      } catch (error) {
        reader.out.destroy()
        throw error
      }
      return reader.out
    },
    /** Ends every stream, and those that are still opened at once: a reader comes back elsewhere, to where it was. */
    leave(): void {
      leaving = true
      endAll()
    },
    /** Ends every stream, and the watch. */
    async close(): Promise<void> {
      clearInterval(beat)
      endAll()
      await watch.close()
    },
  }
}

/** The streams of one API process. */
export type InboxStreams = ReturnType<typeof createInboxStreams>

/** Keeps a reader until its stream is closed, and ends the stream when its life is over. */
function admit(
  readers: Readers,
  { user, keys }: Subscription,
  { perPerson, total, ...limits }: Limits,
): Reader {
  const own = [...readers.values()].filter((reader) => reader.user === user).length
  if (own >= perPerson || readers.size >= total) throw new RefusalError({ code: 'too-many-streams' })
  const reader = createReader(limits.backlog)
  const life = setTimeout(() => reader.out.end(), limits.lifeMs).unref()
  readers.set(reader, { user, keys })
  reader.out.once('close', () => {
    clearTimeout(life)
    readers.delete(reader)
  })
  return reader
}

/** Tells a notice to everybody who reads that inbox. */
async function spread(sources: Sources, readers: Readers, notice: NoticeRecord): Promise<void> {
  const concerned = [...readers].filter(([, { keys }]) => keys.includes(notice.recipient))
  if (concerned.length === 0) return
  try {
    const messages = await render(sources, [notice])
    for (const [reader] of concerned) messages.forEach((message) => reader.hear(message))
  } catch (error) {
    if (error instanceof mongo.MongoError) throw error
    sources.logger.error({ err: error }, 'a notice cannot be shown')
  }
}

/** Where a reader was; null if they begin, or name what is not theirs. */
async function findPlace(
  { notices }: Models,
  { keys, lastEventId }: Subscription,
): Promise<InboxPlace | null> {
  if (lastEventId === null) return null
  const last = await notices.findOne({ _id: decodeId(lastEventId), ...inboxFilter(keys) }).lean()
  if (!last) return null
  const [arrived] = placeOf(last)
  return [new Date(arrived.getTime() - overlapMs), '']
}

/** Tells a reader all that has arrived since a place, page by page as fast as it reads, and then lets it hear the rest. */
async function catchUp(
  sources: Sources,
  reader: Reader,
  keys: string[],
  since: InboxPlace | null,
): Promise<void> {
  try {
    for (let place = since; place;) {
      const page = await sources.models.notices
        .find({ ...inboxFilter(keys), ...beyond(place, '$gt') })
        .sort({ sentAt: 1, _id: 1 })
        .limit(pageSize)
        .lean()
      const last = page.at(-1)
      const isHeard = await reader.retell(await render(sources, page))
      place = last && isHeard && page.length === pageSize ? placeOf(last) : null
    }
    reader.settle()
  } catch (error) {
    sources.logger.warn({ err: error }, 'a stream of notices is interrupted')
    reader.out.destroy()
  }
}

async function render(sources: Sources, records: NoticeRecord[]): Promise<Message[]> {
  const views = await viewNotices(sources, records)
  return views.map((view) => ({
    id: view.id,
    text: `id: ${encodeURIComponent(view.id)}\nevent: notice\ndata: ${JSON.stringify(view)}\n\n`,
  }))
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

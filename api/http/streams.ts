import type { Readable } from 'node:stream'
import { mongo } from 'mongoose'
import type { Logger } from 'pino'
import { RefusalError } from '../../policy/errors.ts'
import { createReader, type Message, type Reader } from './stream-reader.ts'
import type { Listener, Watch } from './watch.ts'

/** What streams may take. */
const defaults = {
  perPerson: 3,
  total: 1_000,
  heartbeatMs: 25_000,
  /** A stream ends after an hour, so that its reader shows a token that is still good. */
  lifeMs: 3_600_000,
  backlog: { bytes: 1 << 20, messages: 1_000 },
  /** So much is told again to who comes back; who has missed more reads the list instead. */
  retold: 1_000,
}
/** As `defaults`. */
export type Limits = typeof defaults

/** Tells a reader that what it has missed is not told here: it reads the list. */
export const reset: Message = { id: 'reset', text: 'event: reset\ndata: {}\n\n' }

/** The open streams, and what each has asked for. */
export type Readers<S> = Map<Reader, S>

/** What is told by streams: where it comes from, to whom each change goes, and what somebody has missed. */
export type Feed<T extends mongo.Document, S> = {
  /** Of a change that cannot be shown; of a stream that breaks. */
  logger: Logger
  watch: (listener: Listener<T>) => Watch
  /** Tells a change to those whom it concerns. */
  spread: (change: Parameters<Listener<T>['hear']>[0], readers: Readers<S>) => Promise<void>
  /** What has come since a reader was last here, page by page; it is looked for before the stream is open. */
  missedBy: (subscription: S) => Promise<AsyncIterable<Message[]>>
  /** Is told when a reader has been told what it missed. */
  settled?: (reader: Reader, subscription: S) => void
}

/** Live streams (Server-Sent Events): each thing is told at least once to everybody who is there or comes back. */
export function createStreams<T extends mongo.Document, S extends { user: string }>(
  feed: Feed<T, S>,
  overrides: Partial<Limits> = {},
) {
  const limits = { ...defaults, ...overrides }
  const readers: Readers<S> = new Map()
  let leaving = false
  const endAll = () => {
    for (const { out } of readers.keys()) out.end()
  }
  const watch = feed.watch({ hear: (change) => spreadSafely(feed, change, readers), lose: endAll })
  const beat = setInterval(() => {
    for (const reader of readers.keys()) reader.write(':\n\n')
  }, limits.heartbeatMs).unref()
  return {
    /** Opens a stream; refuses one more than a person or the process may have. */
    async open(subscription: S): Promise<Readable> {
      const reader = admit(readers, subscription, limits)
      try {
        await watch.start()
        const missed = await feed.missedBy(subscription)
        reader.write('retry: 3000\n\n')
        if (leaving) reader.out.end()
        else void catchUp(feed, reader, { subscription, missed, retold: limits.retold })
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

/** Keeps a reader until its stream is closed, and ends the stream when its life is over. */
function admit<S extends { user: string }>(
  readers: Readers<S>,
  subscription: S,
  { perPerson, total, ...limits }: Limits,
): Reader {
  const own = [...readers.values()].filter(({ user }) => user === subscription.user).length
  if (own >= perPerson || readers.size >= total) throw new RefusalError({ code: 'too-many-streams' })
  const reader = createReader(limits.backlog)
  const life = setTimeout(() => reader.out.end(), limits.lifeMs).unref()
  readers.set(reader, subscription)
  reader.out.once('close', () => {
    clearTimeout(life)
    readers.delete(reader)
  })
  return reader
}

/** Tells a change; one that cannot be shown stops nobody else's, but without MongoDB it is told again. */
async function spreadSafely<T extends mongo.Document, S>(
  { spread, logger }: Feed<T, S>,
  change: Parameters<Listener<T>['hear']>[0],
  readers: Readers<S>,
): Promise<void> {
  try {
    await spread(change, readers)
  } catch (error) {
    if (error instanceof mongo.MongoError) throw error
    logger.error({ err: error }, 'a change cannot be shown')
  }
}

/** Tells a reader what it has missed, page by page as fast as it reads and up to a limit, and then lets it hear the rest. */
async function catchUp<T extends mongo.Document, S>(
  { settled, logger }: Feed<T, S>,
  reader: Reader,
  { subscription, missed, retold }: { subscription: S; missed: AsyncIterable<Message[]>; retold: number },
): Promise<void> {
  try {
    let count = 0
    for await (const page of missed) {
      count += page.length
      if (!(await reader.retell(count > retold ? [reset] : page)) || count > retold) break
    }
    reader.settle()
    settled?.(reader, subscription)
  } catch (error) {
    logger.warn({ err: error }, 'a stream is interrupted')
    reader.out.destroy()
  }
}

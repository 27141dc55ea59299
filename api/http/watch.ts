import { setTimeout as delay } from 'node:timers/promises'
import { mongo } from 'mongoose'
import type { Logger } from 'pino'
import type { Models } from '../../models/index.ts'
import { RefusalError } from '../../policy/errors.ts'

/** How long to wait before MongoDB is asked again. */
const retryMs = 1_000

/** A document that was written or changed, as it is now. */
export type Change<T extends mongo.Document> = mongo.ChangeStreamUpdateDocument<T>
/** Changes as MongoDB tells them. */
export type Changes<T extends mongo.Document> = mongo.ChangeStream<T, Change<T>>
/** From where MongoDB is to tell changes. */
export type StreamPosition = Pick<mongo.ChangeStreamOptions, 'resumeAfter' | 'startAtOperationTime'>

/** Who is told of changes. */
export type Listener<T extends mongo.Document> = {
  /** Is told of each change, one after another; is told again if it fails for want of MongoDB. */
  hear: (change: Change<T>) => Promise<void>
  /** Some may have been missed; the watch has ended and must be started anew. */
  lose: () => void
}

type Sources = { models: Models; logger: Logger }
type Watching<T extends mongo.Document> = Listener<T> & { open: (position: StreamPosition) => Changes<T> }

/** A watch that can be started, again after it has lost its place, and closed for good. */
export type Watch = ReturnType<typeof watchChanges>

/**
 * Watches by one change stream of MongoDB. After an outage it goes on where it was; where MongoDB no longer knows that
 * place, the listener is told.
 */
export function watchChanges<T extends mongo.Document>({ models, logger }: Sources, watching: Watching<T>) {
  const ending = new AbortController()
  let started: Promise<void> | undefined
  let running: Promise<void> | undefined
  let stream: Changes<T> | undefined

  async function begin(): Promise<void> {
    if (ending.signal.aborted) throw new RefusalError({ code: 'unavailable' })
    const position = await positionNow(models)
    running = run(position).finally(() => (started = undefined))
  }
  async function run(position: StreamPosition): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        stream = watching.open(position)
        for (;;) position = await tellNext(stream, watching, position)
      } catch (error) {
        if (ending.signal.aborted) return
        logger.warn({ err: error }, 'a stream of changes from MongoDB is interrupted')
        await stream?.close().catch(() => undefined)
        if (isPositionLost(error)) return watching.lose()
        await delay(retryMs, undefined, { signal: ending.signal }).catch(() => undefined)
      }
    }
  }
  return {
    /** Is fulfilled when every change from now on will be heard; rejected if MongoDB does not answer. */
    start(): Promise<void> {
      started ??= begin().catch((error: unknown) => {
        started = undefined
        throw error
      })
      return started
    },
    /** Ends the watch for good. */
    async close(): Promise<void> {
      ending.abort()
      await stream?.close()
      await running
    },
  }
}

/** Waits a moment for the next change; null if there is none yet. */
export async function nextOf<T extends mongo.Document>(stream: Changes<T>): Promise<Change<T> | null> {
  const change = await stream.tryNext()
  // As it is when its collection is gone; asked again it would answer at once, for ever.
  if (stream.closed) throw new mongo.MongoCursorExhaustedError()
  return change
}

/** Whether the server itself has refused, which it would do again, or has ended the stream. */
export function isPositionLost(error: unknown): boolean {
  if (error instanceof mongo.MongoCursorExhaustedError) return true
  return error instanceof mongo.MongoServerError && !error.hasErrorLabel('ResumableChangeStreamError')
}

/** Tells the next change, if there is one; answers with the place up to which all is told. */
async function tellNext<T extends mongo.Document>(
  stream: Changes<T>,
  { hear }: Listener<T>,
  position: StreamPosition,
): Promise<StreamPosition> {
  const change = await nextOf(stream)
  if (change?.fullDocument) await hear(change)
  return stream.resumeToken === undefined ? position : { resumeAfter: stream.resumeToken }
}

/** Where MongoDB is now: what is written later comes after it, and the last that was written does not. */
async function positionNow({ connection }: Models): Promise<StreamPosition> {
  const answer = await connection.db?.command({ ping: 1 })
  const time: unknown = answer?.['operationTime']
  if (!(time instanceof mongo.BSON.Timestamp)) throw new Error('MongoDB is not a replica set')
  const next = { t: time.getHighBitsUnsigned(), i: time.getLowBitsUnsigned() + 1 }
  return { startAtOperationTime: new mongo.BSON.Timestamp(next) }
}

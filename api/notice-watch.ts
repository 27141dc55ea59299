import { setTimeout as delay } from 'node:timers/promises'
import { mongo } from 'mongoose'
import type { Logger } from 'pino'
import type { Models, NoticeRecord } from '../models/index.ts'
import { RefusalError } from '../policy/errors.ts'

/** How long to wait before MongoDB is asked again. */
const retryMs = 1_000

/** A notice that has arrived in an inbox: written so, or changed so. */
const arrivals = [
  {
    $match: {
      'fullDocument.channel': 'inbox',
      'fullDocument.status': 'sent',
      $or: [
        { operationType: { $in: ['insert', 'replace'] } },
        { operationType: 'update', 'updateDescription.updatedFields.status': 'sent' },
      ],
    },
  },
]

type Arrival = mongo.ChangeStreamUpdateDocument<NoticeRecord>
type Arrivals = mongo.ChangeStream<NoticeRecord, Arrival>
type Place = Pick<mongo.ChangeStreamOptions, 'resumeAfter' | 'startAtOperationTime'>
type Listener = {
  /** Is told of each notice that arrives, one after another; is told again if it fails for want of MongoDB. */
  hear: (notice: NoticeRecord) => Promise<void>
  /** Some may have been missed; the watch has ended and must be started anew. */
  lose: () => void
}

/**
 * Watches all inboxes by one change stream of MongoDB. After an outage it goes on where it was; where MongoDB no longer
 * knows that place, the listener is told.
 */
export function watchInboxes(models: Models, logger: Logger, listener: Listener) {
  const ending = new AbortController()
  let started: Promise<void> | undefined
  let running: Promise<void> | undefined
  let stream: Arrivals | undefined

  async function begin(): Promise<void> {
    if (ending.signal.aborted) throw new RefusalError({ code: 'unavailable' })
    const place = await placeNow(models)
    running = run(place).finally(() => (started = undefined))
  }
  async function run(place: Place): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        stream = watchFrom(models, place)
        for (;;) place = await tellNext(stream, listener, place)
      } catch (error) {
        if (ending.signal.aborted) return
        logger.warn({ err: error }, 'the stream of notices from MongoDB is interrupted')
        await stream?.close().catch(() => undefined)
        if (isPlaceLost(error)) return listener.lose()
        await delay(retryMs, undefined, { signal: ending.signal }).catch(() => undefined)
      }
    }
  }
  return {
    /** Is fulfilled when every notice that arrives from now on will be heard; rejected if MongoDB does not answer. */
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

function watchFrom({ notices }: Models, place: Place): Arrivals {
  return notices.collection.watch<NoticeRecord, Arrival>(arrivals, {
    ...place,
    fullDocument: 'updateLookup',
  })
}

/** Waits a moment for the next arrival and tells it; answers with the place up to which all is told. */
async function tellNext(stream: Arrivals, { hear }: Listener, place: Place): Promise<Place> {
  const change = await stream.tryNext()
  // As it is when its collection is gone; asked again it would answer at once, for ever.
  if (stream.closed) throw new mongo.MongoCursorExhaustedError()
  if (change?.fullDocument) await hear(change.fullDocument)
  return stream.resumeToken === undefined ? place : { resumeAfter: stream.resumeToken }
}

/** Where MongoDB is now: what is written later comes after it. */
async function placeNow({ connection }: Models): Promise<Place> {
  const answer = await connection.db?.command({ ping: 1 })
  const time: unknown = answer?.['operationTime']
  if (!(time instanceof mongo.BSON.Timestamp)) throw new Error('MongoDB is not a replica set')
  return { startAtOperationTime: time }
}

/** Whether the server itself has refused, which it would do again, or has ended the stream. */
function isPlaceLost(error: unknown): boolean {
  if (error instanceof mongo.MongoCursorExhaustedError) return true
  return error instanceof mongo.MongoServerError && !error.hasErrorLabel('ResumableChangeStreamError')
}

import type { Logger } from 'pino'
import type { Models, NoticeRecord } from '../../models/index.ts'
import type { Editions } from '../editions/editions.ts'
import { inboxFilter, isReadable, inboxCursorOf, type InboxCursor, type Readable } from './inbox.ts'
import { viewNotices } from './notice-view.ts'
import type { Message } from '../http/stream-reader.ts'
import { behind } from '../http/page.ts'
import { createStreams, type Limits } from '../http/streams.ts'
import { watchChanges, type Change, type Changes, type StreamPosition } from '../http/watch.ts'

/** The clocks of two workers differ, and a write takes time: what arrived so shortly before is told once more. */
const overlapMs = 10_000
const pageSize = 100

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

type Sources = { models: Models; editions: Editions; logger: Logger }
type Subscription = Readable & { lastEventId: string | null }

/**
 * The live streams of the inboxes. A notice's id is the event's, and a reader that comes back with `Last-Event-ID` is told
 * what has arrived since.
 */
export function createInboxStreams(sources: Sources, overrides: Partial<Limits> = {}) {
  return createStreams<NoticeRecord, Subscription>(
    {
      logger: sources.logger,
      watch: (listener) =>
        watchChanges(sources, { open: (place) => openArrivals(sources.models, place), ...listener }),
      async spread({ fullDocument: notice }, readers) {
        const concerned = [...readers].filter(([, reader]) => notice && isReadable(notice, reader))
        if (!notice || concerned.length === 0) return
        const messages = await render(sources, [notice])
        for (const [reader] of concerned) messages.forEach((message) => reader.hear(message))
      },
      async missedBy(subscription) {
        const since = await findPlace(sources.models, subscription)
        return missedSince(sources, subscription, since)
      },
    },
    overrides,
  )
}

/** The streams of the inboxes of one API process. */
export type InboxStreams = ReturnType<typeof createInboxStreams>

function openArrivals({ notices }: Models, place: StreamPosition): Changes<NoticeRecord> {
  return notices.collection.watch<NoticeRecord, Change<NoticeRecord>>(arrivals, {
    ...place,
    fullDocument: 'updateLookup',
  })
}

/** Where a reader was; null if they begin, or name what is not theirs. */
async function findPlace(
  { notices }: Models,
  { lastEventId, ...readable }: Subscription,
): Promise<InboxCursor | null> {
  if (lastEventId === null) return null
  const last = await notices.findOne({ _id: decodeId(lastEventId), ...inboxFilter(readable) }).lean()
  if (!last) return null
  const [arrived] = inboxCursorOf(last)
  return [new Date(arrived.getTime() - overlapMs), '']
}

/** All that has arrived since a place, page by page. */
async function* missedSince(
  sources: Sources,
  readable: Readable,
  since: InboxCursor | null,
): AsyncGenerator<Message[]> {
  for (let place = since; place;) {
    const page = await sources.models.notices
      .find({ ...inboxFilter(readable), ...behind(['sentAt', '_id'], place, '$gt') })
      .sort({ sentAt: 1, _id: 1 })
      .limit(pageSize)
      .lean()
    const last = page.at(-1)
    yield await render(sources, page)
    place = last && page.length === pageSize ? inboxCursorOf(last) : null
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

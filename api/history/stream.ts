import type { Logger } from 'pino'
import type {
  BatchItemRecord,
  HistoryRecord,
  MessageRecord,
  Models,
  NoticeRecord,
  ReadRecord,
} from '../../models/index.ts'
import { phaseOf } from '../../policy/case/case.ts'
import type { Message, Reader } from '../http/stream-reader.ts'
import { createStreams, reset, type Limits } from '../http/streams.ts'
import {
  isPositionLost,
  nextOf,
  watchChanges,
  type Change,
  type Changes,
  type StreamPosition,
} from '../http/watch.ts'
import { noticesOfMessage, type SentNotice } from './notices.ts'
import { viewOperationLines, type SettledItem } from './operations.ts'
import { linesFor, type Interest, type StreamedChange } from './streamed-change.ts'

type Sources = { models: Models; logger: Logger }
type AnyRecord = HistoryRecord | NoticeRecord | ReadRecord | MessageRecord | BatchItemRecord
/** What is told besides: how long after the end of a case what that brought about is still told (milliseconds). */
type HistoryLimits = Limits & { lingerMs: number }
type Subscription = Interest & {
  user: string
  isOver: boolean
  lastEventId: string | null
}

const lingerMs = 10_000
const pageSize = 100
/** MongoDB's name for a place in its own log, as far as it can be told from any other text. */
const token = /^82([\da-f]{8})[\da-f]{6,1000}$/i
/** Who was away for longer reads the history instead (seconds). */
const longestAbsence = 6 * 3600

/**
 * The live streams of the histories: what happens, who is told and what comes of it, who reads it. The id of an event is its
 * place in MongoDB's log, so that a reader who comes back with `Last-Event-ID` is told every change since, in order.
 */
export function createHistoryStreams(
  sources: Sources,
  { lingerMs: linger = lingerMs, ...overrides }: Partial<HistoryLimits> = {},
) {
  const { models, logger } = sources
  return createStreams<AnyRecord, Subscription>(
    {
      logger,
      watch: (listener) =>
        watchChanges(sources, { open: (position) => openChanges(models, position), ...listener }),
      async spread(change, readers) {
        const projects = [...new Set([...readers.values()].map(({ project }) => project))]
        const changes = await changesIn(models, change, projects)
        for (const [reader, subscription] of readers) {
          for (const message of render(change, changes, subscription)) reader.hear(message)
          if (isEnd(changes, subscription)) setTimeout(() => end(reader), linger).unref()
        }
      },
      missedBy: async (subscription) => missedSince(models, subscription),
      settled: (reader, { isOver }) => isOver && end(reader),
    },
    overrides,
  )
}

/** The streams of the histories of one API process. */
export type HistoryStreams = ReturnType<typeof createHistoryStreams>

function end(reader: Reader): void {
  reader.write('event: end\ndata: {}\n\n')
  reader.out.end()
}

const field = (name: string) => `updateDescription.updatedFields.${name}`
const isSet = (name: string) => ({ [field(name)]: { $exists: true } })

/**
 * What is told: what is new, notices whose status changes, messages when a try is over, since what a notice says of its
 * delivery is written after the notice, and batch items when they are settled; of one project, or of all.
 */
function openChanges(
  { connection, ...models }: Models,
  position: StreamPosition,
  project?: string,
): Changes<AnyRecord> {
  const { history, notices, reads, messages, batchItems } = models
  const { db } = connection
  if (!db) throw new Error('the record is not connected')
  const names = [history, notices, reads].map(({ collection }) => collection.name)
  const changes = [
    { 'ns.coll': { $in: names }, operationType: { $in: ['insert', 'replace'] } },
    { 'ns.coll': notices.collection.name, operationType: 'update', $or: ['status', 'openedAt'].map(isSet) },
    {
      'ns.coll': messages.collection.name,
      operationType: 'update',
      $or: [isSet('status'), { [field('leasedUntil')]: { $type: 'null' } }],
    },
    { 'ns.coll': batchItems.collection.name, 'fullDocument.outcome': { $type: 'string' } },
  ]
  return db.watch<AnyRecord, Change<AnyRecord>>(
    [{ $match: { $and: [{ $or: changes }, project === undefined ? {} : isOf(project)] } }],
    { ...position, fullDocument: 'updateLookup' },
  )
}

/**
 * The part of a query that keeps changes to those of a project; a message names its notices, and those begin with it; an
 * item may touch several.
 */
function isOf(project: string) {
  // The character after the colon ends the range.
  const carried = { $elemMatch: { $gte: `${project}:`, $lt: `${project};` } }
  const named = ['project', 'projects'].map((name) => ({ [`fullDocument.${name}`]: project }))
  return { $or: [...named, { 'fullDocument.notices': carried }] }
}

/** All changes of a case since the last that a reader has heard; `reset`, where MongoDB knows that place no more. */
async function* missedSince(models: Models, subscription: Subscription): AsyncGenerator<Message[]> {
  const { lastEventId, project } = subscription
  if (lastEventId === null) return
  const [, seconds = '0'] = token.exec(lastEventId) ?? []
  if (Date.now() / 1000 - Number.parseInt(seconds, 16) > longestAbsence) return yield [reset]
  const stream = openChanges(models, { resumeAfter: { _data: lastEventId } }, project)
  try {
    let page: Message[] = []
    for (let change = await nextOf(stream); change; change = await nextOf(stream)) {
      page.push(...render(change, await changesIn(models, change, [project]), subscription))
      if (page.length < pageSize) continue
      yield page
      page = []
    }
    yield page
  } catch (error) {
    if (!isPositionLost(error)) throw error
    yield [reset]
  } finally {
    await stream.close()
  }
}

/** The messages of a change, as far as a reader is told of it; the last one says where to go on. */
function render(change: Change<AnyRecord>, changes: StreamedChange[], subscription: Subscription): Message[] {
  const { _data: position } = change._id as { _data: string }
  const lines = changes.flatMap((each) => linesFor(each, subscription))
  return lines.map((line, at) => {
    const name = at === lines.length - 1 ? `id: ${position}\n` : ''
    return { id: `${position}/${at}`, text: `${name}event: ${line.kind}\ndata: ${JSON.stringify(line)}\n\n` }
  })
}

/** What a change says of some projects, looked up once for all who hear it. */
async function changesIn(
  models: Models,
  { ns, fullDocument: record }: Change<AnyRecord>,
  projects: readonly string[],
): Promise<StreamedChange[]> {
  const isIn = (model: { collection: { name: string } }) => ns.coll === model.collection.name
  if (!record) return []
  if (isIn(models.messages)) return (await carriedIn(models, record as MessageRecord, projects)).map(ofNotice)
  if (isIn(models.batchItems)) {
    const isConcerned = projects.some((project) => (record as BatchItemRecord).projects.includes(project))
    return isConcerned ? (await viewOperationLines(models, [record as BatchItemRecord])).map(ofOperation) : []
  }
  const written = record as Exclude<AnyRecord, MessageRecord | BatchItemRecord>
  if (!projects.includes(written.project)) return []
  if (isIn(models.history)) return [{ kind: 'event', record: written as HistoryRecord }]
  if (isIn(models.reads)) return [{ kind: 'read', record: written as ReadRecord }]
  return (await noticesOfMessage(models, [written as NoticeRecord])).map(ofNotice)
}

const ofOperation = (line: SettledItem): StreamedChange => ({ kind: 'operation', ...line })
const ofNotice = (carried: SentNotice): StreamedChange => ({ kind: 'notice', ...carried })

/** The notices of some projects that a message carries. */
async function carriedIn(
  { notices }: Models,
  message: MessageRecord,
  projects: readonly string[],
): Promise<SentNotice[]> {
  if (projects.length === 0) return []
  const found = await notices
    .find({ _id: { $in: message.notices }, project: { $in: [...projects] }, message: message._id })
    .sort({ _id: 1 })
    .lean()
  return found.map((notice) => ({ notice, message }))
}

/** The event that has brought a case to its end. */
function isEnd(changes: StreamedChange[], { project, edition }: Subscription): boolean {
  return changes.some(
    (each) =>
      each.kind === 'event' &&
      each.record.project === project &&
      edition.ends.some(({ id }) => id === phaseOf(each.record.to)),
  )
}

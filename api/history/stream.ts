import type { Logger } from 'pino'
import type { HistoryRecord, Models, NoticeRecord, ReadRecord } from '../../models/index.ts'
import { phaseOf } from '../../policy/case.ts'
import type { Edition } from '../../policy/edition.ts'
import type { Message, Reader } from '../stream-reader.ts'
import { createStreams, type Limits } from '../streams.ts'
import { isPlaceLost, nextOf, watchChanges, type Change, type Changes, type Place } from '../watch.ts'
import { viewEvent } from './events.ts'
import type { HistoryLine } from './index.ts'
import type { Level } from '../../policy/levels.ts'
import { showsNotice, viewNoticeLines } from './notices.ts'
import { viewReadLine } from './reads.ts'

type Sources = { models: Models; logger: Logger }
type AnyRecord = HistoryRecord | NoticeRecord | ReadRecord
/** What is told besides: how long after the end of a case what that brought about is still told (milliseconds). */
type HistoryLimits = Limits & { lingerMs: number }
type Subscription = {
  user: string
  project: string
  edition: Edition
  level: Level
  isOver: boolean
  lastEventId: string | null
}

const lingerMs = 10_000
const pageSize = 100
/** MongoDB's name for a place in its own log, as far as it can be told from any other text. */
const token = /^82([\da-f]{8})[\da-f]{6,1000}$/i
/** Who was away for longer reads the history instead (seconds). */
const longestAbsence = 6 * 3600
const reset: Message = { id: 'reset', text: 'event: reset\ndata: {}\n\n' }

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
        watchChanges(sources, { open: (place) => openChanges(models, place), ...listener }),
      async spread(change, readers) {
        const project = change.fullDocument?.project
        for (const [reader, subscription] of readers) {
          if (subscription.project !== project) continue
          for (const message of await render(models, change, subscription)) reader.hear(message)
          if (isEnd(models, change, subscription)) setTimeout(() => end(reader), linger).unref()
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

/** What is told: what is new, and notices whose status changes; of one project, or of all. */
function openChanges({ connection, ...models }: Models, place: Place, project?: string): Changes<AnyRecord> {
  const { history, notices, reads } = models
  const { db } = connection
  if (!db) throw new Error('the record is not connected')
  const names = [history, notices, reads].map(({ collection }) => collection.name)
  const changed = ['status', 'openedAt'].map((field) => ({
    [`updateDescription.updatedFields.${field}`]: { $exists: true },
  }))
  const told = [
    { operationType: { $in: ['insert', 'replace'] } },
    { operationType: 'update', 'ns.coll': notices.collection.name, $or: changed },
  ]
  const ofProject = project === undefined ? {} : { 'fullDocument.project': project }
  return db.watch<AnyRecord, Change<AnyRecord>>(
    [{ $match: { 'ns.coll': { $in: names }, $or: told, ...ofProject } }],
    { ...place, fullDocument: 'updateLookup' },
  )
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
      page.push(...(await render(models, change, subscription)))
      if (page.length < pageSize) continue
      yield page
      page = []
    }
    yield page
  } catch (error) {
    if (!isPlaceLost(error)) throw error
    yield [reset]
  } finally {
    await stream.close()
  }
}

/** The message of a change, if this reader may see it. */
async function render(
  models: Models,
  change: Change<AnyRecord>,
  subscription: Subscription,
): Promise<Message[]> {
  const [line] = await lineOf(models, change, subscription)
  if (!line) return []
  const { _data: id } = change._id as { _data: string }
  return [{ id, text: `id: ${id}\nevent: ${line.kind}\ndata: ${JSON.stringify(line)}\n\n` }]
}

async function lineOf(
  models: Models,
  { ns, fullDocument: record }: Change<AnyRecord>,
  { edition, level }: Subscription,
): Promise<HistoryLine[]> {
  const { history, notices, reads } = models
  const isOf = (model: { collection: { name: string } }) => ns.coll === model.collection.name
  if (isOf(history) && level.event !== 'none')
    return [viewEvent(edition, record as HistoryRecord, level.event)]
  if (isOf(reads) && level.read !== 'none') return [viewReadLine(record as ReadRecord)]
  if (isOf(notices) && level.notice !== 'none' && showsNotice(edition, record as NoticeRecord, level.notice))
    return viewNoticeLines(models, edition, [record as NoticeRecord], level.notice)
  return []
}

/** The event that has brought a case to its end. */
function isEnd(
  { history }: Models,
  { ns, fullDocument }: Change<AnyRecord>,
  { edition }: Subscription,
): boolean {
  if (ns.coll !== history.collection.name || !fullDocument) return false
  const { to } = fullDocument as HistoryRecord
  return edition.ends.some(({ id }) => id === phaseOf(to))
}

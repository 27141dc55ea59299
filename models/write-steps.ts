import type { ClientSession, Model, mongo } from 'mongoose'
import type { NotificationBatch } from '../policy/notices/notice.ts'
import type { Models, NoticeRecord } from './index.ts'
import { editionOfHash } from './known-editions.ts'
import { intentIdOf } from './intents.ts'
import { linesFor, remindersIn } from './ledger.ts'
import { isDuplicate } from './repeats.ts'
import { nativeOf, type Document } from './native.ts'
import { numberCertificates } from './numbering.ts'
import {
  keysOf,
  lineDocument,
  projectDocument,
  settlementOf,
  settlesDuplicateKeys,
  snapshotDocument,
  taskDocuments,
} from './step-documents.ts'
import type { Recorded, Recording, StepRecord } from './step-record.ts'
import { inTransaction } from './transactions.ts'

/** Everything in one transaction: none of it is seen before all of it is, and an intent goes with what it announced. */
export async function writeTogether(models: Models, recordings: readonly Recording[]): Promise<Recorded[]> {
  const steps = distinct(recordings.flatMap((recording) => recording.steps))
  const batches = [...steps.map(batchOf), ...recordings.flatMap((recording) => recording.batches ?? [])]
  const told = await Promise.all(
    batches.map(async (batch) => ({ batch, lines: await linesFor(models, batch) })),
  )
  const intents = recordings.flatMap(({ intent }) => (intent ? [intentIdOf(intent)] : []))
  const numbers = await writeOnce((place) =>
    inTransaction(models.connection, async (session) => {
      const given = await numberCertificates(models, steps, session)
      await writeProjects(models, { steps, given, place }, session)
      await write(models.history, steps.map(lineDocument).map(place), session)
      await write(models.snapshots, steps.map(snapshotDocument).map(place), session)
      await write(models.tasks, [...steps.flatMap(taskWrites), ...told.flatMap(reminderWrites)], session)
      await write(
        models.notices,
        told.flatMap(({ lines }) => lines.map(place)),
        session,
      )
      await settleCertificates(models, steps, session)
      await settleDuplicateKeys(models, steps, session)
      if (intents.length > 0)
        await nativeOf(models.intents).deleteMany({ _id: { $in: intents } }, { session })
      return given
    }),
  )
  return recordings.map((recording) => ({
    certificate: recording.steps.flatMap(({ project }) => numbers.get(project) ?? [])[0] ?? null,
  }))
}

/** How a document is written that stays as it is. */
type Place = (document: Document) => Write

/** Nearly always nothing of it is there; what was written before, in whole or in part, is left as it is. */
async function writeOnce<T>(attempt: (place: Place) => Promise<T>): Promise<T> {
  try {
    return await attempt((document) => ({ insertOne: { document } }))
  } catch (error) {
    if (!isDuplicate(error)) throw error
    return attempt(({ _id, link, ...rest }) => {
      // A line by its link as well: where another has taken the place, this is a duplicate key, which shows as stuck.
      const filter = { _id, ...(link !== undefined && { link }) }
      return { updateOne: { filter, update: { $setOnInsert: rest }, upsert: true } }
    })
  }
}

/** Steps in their order, each once: what one command has answered may be in the answer to the next as well. */
function distinct(steps: StepRecord[]): StepRecord[] {
  const byRevision = new Map<string, StepRecord>()
  for (const step of steps) {
    const key = `${step.project}:${step.state.revision}`
    if (!byRevision.has(key)) byRevision.set(key, step)
  }
  return [...byRevision.values()]
}

type Write = mongo.AnyBulkWriteOperation<Document>

function write<T>(
  model: Model<T>,
  writes: Write[],
  session: ClientSession,
): Promise<mongo.BulkWriteResult | null> {
  if (writes.length === 0) return Promise.resolve(null)
  return nativeOf(model).bulkWrite(writes, { session, ignoreUndefined: true })
}

/** The tasks that the step leaves open and those that it closes; a task that a later step has written stays as it is. */
function taskWrites(step: StepRecord): Write[] {
  return taskDocuments(step).map(({ _id, ...line }) => {
    const written = { $mergeObjects: [{ remindedOn: null }, '$$ROOT', { $literal: line }] }
    const isOlder = { $lt: [{ $ifNull: ['$revision', 0] }, line.revision] }
    const update = [{ $replaceWith: { $cond: [isOlder, written, '$$ROOT'] } }]
    return { updateOne: { filter: { _id }, update, upsert: true } }
  })
}

/** In the tasks of which somebody is reminded, on which day; where there is nobody to be told, nobody is. */
function reminderWrites({ batch, lines }: { batch: NotificationBatch; lines: NoticeRecord[] }): Write[] {
  const { ids, remindedOn } = remindersIn(batch)
  if (ids.length === 0 || lines.length === 0) return []
  return [{ updateMany: { filter: { _id: { $in: ids } }, update: { $set: { remindedOn } } } }]
}

/** What a step has people told. */
function batchOf({ project, state, audiences, notices, at }: StepRecord): NotificationBatch {
  const { revision } = state
  const { district, uscc } = state.case.application
  return { project, scope: { district, uscc }, revision, audiences, notices, at }
}

/** Throws where a filing is not on record yet: no list may show anything of a project that is not there. */
async function writeProjects(
  models: Models,
  { steps, given, place }: { steps: StepRecord[]; given: ReadonlyMap<string, string>; place: Place },
  session: ClientSession,
): Promise<void> {
  const writes = steps.flatMap((step) => projectWrites(step, given.get(step.project), place))
  const result = await write(models.projects, writes, session)
  if (!result || result.insertedCount + result.matchedCount + result.upsertedCount === writes.length) return
  const ids = [...new Set(steps.map(({ project }) => project))]
  const known = await models.projects.find({ _id: { $in: ids } }, { _id: 1 }, { session }).lean()
  const missing = ids.find((id) => known.every(({ _id }) => _id !== id))
  if (missing !== undefined) throw new Error(`the filing of ${missing} is not on record yet`)
}

function projectWrites(step: StepRecord, certificate: string | undefined, place: Place): Write[] {
  const { project: _id, state, filedAt, versions } = step
  const { revision } = state
  const fields = { ...projectDocument(step), anchored: false }
  if (revision === 1)
    return [place({ _id, ...fields, certificate: null, calendars: versions, filedAt: new Date(filedAt) })]
  const calendars = { 'calendars.country': versions.country, 'calendars.local': versions.local }
  const written: Write = {
    updateOne: { filter: { _id, revision: { $lt: revision } }, update: { $set: fields, $max: calendars } },
  }
  if (certificate === undefined || !step.effects.includes('issueCertificate')) return [written]
  // Apart from the rest: a later step may have been written first.
  return [written, { updateOne: { filter: { _id }, update: { $set: { certificate } } } }]
}

/** A certificate keeps its number for good; completion and revocation are written on it (四（二）). */
async function settleCertificates(
  models: Models,
  steps: StepRecord[],
  session: ClientSession,
): Promise<void> {
  const writes = steps.flatMap((step): Write[] => {
    const settled = settlementOf(step)
    if (Object.keys(settled).length === 0) return []
    return [{ updateOne: { filter: { project: step.project }, update: { $set: settled } } }]
  })
  const result = await write(models.certificates, writes, session)
  if (result && result.matchedCount < writes.length)
    throw new Error('a certificate that is settled is not on record yet')
}

/** Frees the keys that a project no longer needs: those of an earlier form, and all once it ended without certificate. */
async function settleDuplicateKeys(
  models: Models,
  steps: StepRecord[],
  session: ClientSession,
): Promise<void> {
  const { duplicateKeys, projects } = models
  const settling = steps.filter(settlesDuplicateKeys)
  if (settling.length === 0) return
  const ids = settling.map(({ project }) => project)
  const found = await projects.find({ _id: { $in: ids } }, { revision: 1 }, { session }).lean()
  const revisions = new Map(found.map(({ _id, revision }) => [_id, revision]))
  for (const step of settling) {
    const { project, state } = step
    if (revisions.get(project) !== state.revision) continue
    const kept = keysOf(await editionOfHash(models, step.editionHash), step)
    await duplicateKeys.deleteMany({ project, _id: { $nin: kept } }, { session })
  }
}

import type { Models } from './index.ts'
import { placesOfRepeats } from './repeats.ts'
import { certificateNumber } from '../policy/edition/check-characters.ts'
import type { Recording, StepRecord } from './step-record.ts'
import type { Telling } from '../policy/notices/notice.ts'
import { writeNotices } from './ledger.ts'
import {
  certificateDocument,
  counterOf,
  keysOf,
  lineDocument,
  projectDocument,
  settlementOf,
  settlesClaims,
  snapshotDocument,
  taskDocuments,
} from './step-documents.ts'

/** Writes steps and notices into the record; may be repeated, may come late, and never goes backwards. */
export function createRecorder(models: Models) {
  return {
    /** Writes one notice for each recipient and channel; may be repeated, and writes nothing twice. */
    tell: (telling: Telling): Promise<void> => writeNotices(models, telling),

    /** Adds the line to the history, brings the project up to date, and does what the step asks for outside. */
    async recordStep(record: StepRecord): Promise<Recording> {
      const certificate = record.effects.includes('issueCertificate')
        ? await issueCertificate(models, record)
        : null
      const written = writeProject(models, record, certificate)
      if (record.state.revision === 1) await written
      // No list may show a task of a project that is not there yet.
      const listed = written.then(() =>
        Promise.all([writeTasks(models, record), writeNotices(models, tellingOf(record))]),
      )
      await Promise.all([
        listed,
        writeHistory(models, record),
        writeSnapshot(models, record),
        settleCertificate(models, record),
      ])
      if (settlesClaims(record)) await settleClaims(models, record)
      return { certificate, link: record.seal.link }
    },
  }
}

async function writeHistory({ history }: Models, record: StepRecord): Promise<void> {
  const { _id, link, ...line } = lineDocument(record)
  // By its link as well: where another line has taken the place, this is a duplicate key, which is tried again and shows as stuck.
  await history.updateOne({ _id, link }, { $setOnInsert: line }, { upsert: true })
}

/** Keeps the case as it is after the step, so that it can be seen as it was. */
async function writeSnapshot({ snapshots }: Models, record: StepRecord): Promise<void> {
  const { _id, ...snapshot } = snapshotDocument(record)
  await snapshots.updateOne({ _id }, { $setOnInsert: snapshot }, { upsert: true })
}

async function writeProject(
  { projects }: Models,
  record: StepRecord,
  certificate: string | null,
): Promise<void> {
  const { project, state, filedAt, versions } = record
  const fields = { ...projectDocument(record), anchored: false }
  if (state.revision === 1) {
    await projects.updateOne(
      { _id: project },
      { $setOnInsert: { ...fields, calendars: versions, filedAt: new Date(filedAt) } },
      { upsert: true },
    )
    return
  }
  const { revision } = state
  const { matchedCount } = await projects.updateOne(
    { _id: project, revision: { $lt: revision } },
    { $set: fields, $max: { 'calendars.country': versions.country, 'calendars.local': versions.local } },
  )
  // Not merely whether the project is there: its filing may have been written since, and this step not.
  if (matchedCount === 0 && !(await projects.exists({ _id: project, revision: { $gte: revision } })))
    throw new Error(`the filing of ${project} is not on record yet`)
  // Apart from the rest: a later step may have been written first.
  if (certificate !== null) await projects.updateOne({ _id: project }, { $set: { certificate } })
}

/** Writes the tasks that the step leaves open and those that it closes; a task that a later step has written stays as it is. */
async function writeTasks({ tasks }: Models, record: StepRecord): Promise<void> {
  const lines = taskDocuments(record)
  const write = tasks.bulkWrite(
    lines.map(({ _id, ...line }) => ({
      updateOne: { filter: { _id, revision: { $lt: line.revision } }, update: { $set: line }, upsert: true },
    })),
    { ordered: false },
  )
  await placesOfRepeats(lines.length > 0 ? write : Promise.resolve())
}

/** What a step has people told. */
function tellingOf({ project, state, audiences, notices, at }: StepRecord): Telling {
  const { revision } = state
  const { district, uscc } = state.case.application
  return { project, scope: { district, uscc }, revision, audiences, notices, at }
}

/** A certificate keeps its number for good; completion and revocation are written on it (四（二）). */
async function settleCertificate({ certificates }: Models, record: StepRecord): Promise<void> {
  const { project } = record
  const settled = settlementOf(record)
  if (Object.keys(settled).length === 0) return
  const { matchedCount } = await certificates.updateOne({ project }, { $set: settled })
  if (matchedCount === 0) throw new Error(`the certificate of ${project} is not on record yet`)
}

/** Takes the next number of the body, once for a project: the counter and the entry are written together or not at all. */
async function issueCertificate(models: Models, record: StepRecord): Promise<string> {
  const { connection, certificates, counters } = models
  const { project, series } = record
  return connection.transaction(async (session) => {
    const taken = await certificates.findOne({ project }, { _id: 1 }, { session }).lean()
    if (taken) return taken._id
    const counter = await counters
      .findOneAndUpdate(
        { _id: counterOf(record) },
        { $inc: { last: 1 } },
        { session, upsert: true, returnDocument: 'after' },
      )
      .lean()
    const _id = certificateNumber(series.prefix, series.bodyCode, counter.last)
    await certificates.create([certificateDocument(record, _id)], { session })
    return _id
  })
}

/** Frees the keys that the project no longer needs: those of an earlier form, and all once it ended without certificate. */
async function settleClaims({ claims, projects }: Models, record: StepRecord): Promise<void> {
  const { project, state } = record
  const isCurrent = await projects.exists({ _id: project, revision: state.revision })
  if (isCurrent) await claims.deleteMany({ project, _id: { $nin: keysOf(record) } })
}

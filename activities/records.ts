import type { Models, TaskRecord } from '../models/index.ts'
import { placesOfRepeats } from '../models/repeats.ts'
import { lineOf } from '../policy/chain.ts'
import { certificateNumber } from '../policy/check-characters.ts'
import { duplicateKeys } from '../policy/duplicates.ts'
import { taskIdOf } from '../policy/notice.ts'
import type { Task } from '../policy/projection.ts'
import type { StepRecord } from '../workflows/contract.ts'
import { writeNotices } from './notices.ts'

/** Writes a step into the record; may be repeated, may come late, and never goes backwards. */
export function createRecords(models: Models) {
  return {
    /** Adds the line to the history, brings the project up to date, and does what the step asks for outside. */
    async recordStep(record: StepRecord): Promise<{ certificate: string | null }> {
      const certificate = record.effects.includes('issueCertificate')
        ? await issueCertificate(models, record)
        : null
      const written = writeProject(models, record, certificate)
      // No list may show a task of a project that is not there yet.
      if (record.state.revision === 1) await written
      await Promise.all([
        written,
        writeHistory(models, record),
        writeSnapshot(models, record),
        writeTasks(models, record),
        writeNotices(models, record),
        settleCertificate(models, record),
      ])
      if (record.entry.type === 'resubmit' || record.state.done) await settleClaims(models, record)
      return { certificate }
    },
  }
}

async function writeHistory(
  { history }: Models,
  { project, entry, state, at, request, run, seal }: StepRecord,
): Promise<void> {
  const line = { ...lineOf(entry, state, { project, at, request }), ...seal, run, at: new Date(at) }
  await history.updateOne({ _id: `${project}:${entry.revision}` }, { $setOnInsert: line }, { upsert: true })
}

/** Keeps the case as it is after the step, so that it can be seen as it was. */
async function writeSnapshot(
  { snapshots }: Models,
  { project, state, at, editionHash, versions }: StepRecord,
): Promise<void> {
  const { revision } = state
  const snapshot = { project, revision, at: new Date(at), state, editionHash, calendars: versions }
  await snapshots.updateOne({ _id: `${project}:${revision}` }, { $setOnInsert: snapshot }, { upsert: true })
}

async function writeProject(
  { projects }: Models,
  record: StepRecord,
  certificate: string | null,
): Promise<void> {
  const { project, state, projection, edition, editionHash, filedAt, at, versions } = record
  const { uscc, district } = state.case.application
  const { phase, outcome } = projection
  const fields = {
    phase,
    outcome,
    edition,
    editionHash,
    uscc,
    district,
    revision: state.revision,
    state,
    head: record.seal.link,
    anchored: false,
    updatedAt: new Date(at),
  }
  if (state.revision === 1) {
    await projects.updateOne(
      { _id: project },
      { $setOnInsert: { ...fields, calendars: versions, filedAt: new Date(filedAt) } },
      { upsert: true },
    )
    return
  }
  await projects.updateOne(
    { _id: project, revision: { $lt: state.revision } },
    { $set: fields, $max: { 'calendars.country': versions.country, 'calendars.local': versions.local } },
  )
  // Apart from the rest: a later step may have been written first.
  if (certificate !== null) await projects.updateOne({ _id: project }, { $set: { certificate } })
}

/** Writes the tasks that the step leaves open and those that it closes; a task that a later step has written stays as it is. */
async function writeTasks({ tasks }: Models, record: StepRecord): Promise<void> {
  const { project, state, projection, closed, entry } = record
  const { uscc, district } = state.case.application
  const place = { project, uscc, district, revision: state.revision }
  const lines = [
    ...projection.tasks.map((task) => taskLineOf(task, { ...place, open: true, closedOn: null })),
    ...closed.map((task) => taskLineOf(task, { ...place, open: false, closedOn: entry.on })),
  ]
  const write = tasks.bulkWrite(
    lines.map(({ _id, ...line }) => ({
      updateOne: { filter: { _id, revision: { $lt: line.revision } }, update: { $set: line }, upsert: true },
    })),
    { ordered: false },
  )
  await placesOfRepeats(lines.length > 0 ? write : Promise.resolve())
}

function taskLineOf(
  task: Task,
  place: Pick<TaskRecord, 'project' | 'uscc' | 'district' | 'revision' | 'open' | 'closedOn'>,
): Omit<TaskRecord, 'remindedOn'> {
  return { _id: taskIdOf(task, place.project), ...task, ...place }
}

/** A certificate keeps its number for good; completion and revocation are written on it (四（二）). */
async function settleCertificate(
  { certificates }: Models,
  { project, effects, entry, state }: StepRecord,
): Promise<void> {
  const settled = {
    ...(effects.includes('completeCertificate') && {
      completedOn: state.case.supervision?.completed?.on ?? entry.on,
    }),
    ...(effects.includes('revokeCertificate') && { revokedOn: entry.on }),
  }
  if (Object.keys(settled).length === 0) return
  const { matchedCount } = await certificates.updateOne({ project }, { $set: settled })
  if (matchedCount === 0) throw new Error(`the certificate of ${project} is not on record yet`)
}

/** Takes the next number of the body, once for a project: the counter and the entry are written together or not at all. */
async function issueCertificate(models: Models, record: StepRecord): Promise<string> {
  const { connection, certificates, counters } = models
  const { project, edition, state, entry, series } = record
  const { application, enterprise } = state.case
  return connection.transaction(async (session) => {
    const taken = await certificates.findOne({ project }, { _id: 1 }, { session }).lean()
    if (taken) return taken._id
    const counter = await counters
      .findOneAndUpdate(
        { _id: `${series.prefix}-${series.bodyCode}` },
        { $inc: { last: 1 } },
        { session, upsert: true, returnDocument: 'after' },
      )
      .lean()
    const _id = certificateNumber(series.prefix, series.bodyCode, counter.last)
    const { name, uscc, district, category } = application
    const year = Number(entry.on.slice(0, 4))
    const certificate = {
      _id,
      project,
      name,
      uscc,
      enterprise: enterprise.name,
      district,
      category,
      edition,
      year,
      certifiedOn: entry.on,
      completedOn: null,
      revokedOn: null,
    }
    await certificates.create([certificate], { session })
    return _id
  })
}

/** Outcomes after which the same project may be filed again. */
const endsWithoutCertificate: ReadonlySet<string> = new Set(['rejected', 'withdrawn', 'revoked'])

/** Frees the keys that the project no longer needs: those of an earlier form, and all once it ended without certificate. */
async function settleClaims(
  { claims, projects }: Models,
  { project, state, projection }: StepRecord,
): Promise<void> {
  const isCurrent = await projects.exists({ _id: project, revision: state.revision })
  if (!isCurrent) return
  const kept =
    projection.outcome !== null && endsWithoutCertificate.has(projection.outcome)
      ? []
      : duplicateKeys(state.case.application)
  await claims.deleteMany({ project, _id: { $nin: kept } })
}

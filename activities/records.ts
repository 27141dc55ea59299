import type { Models } from '../models/index.ts'
import { certificateNumber } from '../policy/check-characters.ts'
import { duplicateKeys } from '../policy/duplicates.ts'
import type { StepRecord } from '../workflows/contract.ts'

/** Writes a step into the record; may be repeated, may come late, and never goes backwards. */
export function createRecords(models: Models) {
  return {
    /** Adds the line to the history, brings the project up to date, and does what the step asks for outside. */
    async recordStep(record: StepRecord): Promise<{ certificate: string | null }> {
      const certificate = record.effects.includes('issueCertificate')
        ? await issueCertificate(models, record)
        : null
      await Promise.all([writeHistory(models, record), writeProject(models, record, certificate)])
      if (record.entry.type === 'resubmit' || record.state.done) await settleClaims(models, record)
      return { certificate }
    },
  }
}

async function writeHistory(
  { history }: Models,
  { project, entry, state, at, request }: StepRecord,
): Promise<void> {
  const carriesApplication = entry.type === 'file' || entry.type === 'resubmit'
  const line = {
    ...entry,
    project,
    at: new Date(at),
    request,
    application: carriesApplication ? state.case.application : null,
  }
  await history.updateOne({ _id: `${project}:${entry.revision}` }, { $setOnInsert: line }, { upsert: true })
}

async function writeProject(
  { projects }: Models,
  record: StepRecord,
  certificate: string | null,
): Promise<void> {
  const { project, state, projection, edition, editionHash, filedAt, at } = record
  const { country, local } = record.versions ?? { country: 1, local: 0 }
  const { uscc, district } = state.case.application
  const fields = {
    ...projection,
    edition,
    editionHash,
    uscc,
    district,
    certificate,
    revision: state.revision,
    state,
    updatedAt: new Date(at),
  }
  if (state.revision === 1) {
    await projects.updateOne(
      { _id: project },
      { $setOnInsert: { ...fields, calendars: { country, local }, filedAt: new Date(filedAt) } },
      { upsert: true },
    )
    return
  }
  await projects.updateOne(
    { _id: project, revision: { $lt: state.revision } },
    { $set: fields, $max: { 'calendars.country': country, 'calendars.local': local } },
  )
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
    }
    await certificates.create([certificate], { session })
    return _id
  })
}

/** Frees the keys that the project no longer needs: those of an earlier form, and all once it ended without certificate. */
async function settleClaims(
  { claims, projects }: Models,
  { project, state, projection }: StepRecord,
): Promise<void> {
  const isCurrent = await projects.exists({ _id: project, revision: state.revision })
  if (!isCurrent) return
  const kept =
    projection.outcome === null || projection.outcome === 'certified'
      ? duplicateKeys(state.case.application)
      : []
  await claims.deleteMany({ project, _id: { $nin: kept } })
}

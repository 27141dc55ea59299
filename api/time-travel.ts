import { z } from 'zod'
import type { ProjectRecord, SnapshotRecord } from '../models/index.ts'
import type { Actor } from '../policy/case.ts'
import { endOfDay, isDate } from '../policy/dates.ts'
import { RefusalError } from '../policy/errors.ts'
import { createProcess, type Process } from '../policy/lifecycle.ts'
import { project } from '../policy/projection.ts'
import { countryCalendar } from '../models/calendars.ts'
import type { CaseDependencies } from './dependencies.ts'
import type { LoadedEdition } from './editions.ts'
import { getVisible } from './sending.ts'

const instant = z.iso.datetime({ offset: true })

/** A revision, or an instant in milliseconds since 1970. */
export type Time = { revision: number } | { instantMs: number }

/** A point in the life of a case, as callers write it: a revision, an instant, or a day, which means its end in Shanghai. */
export const At = z
  .string()
  .refine((text) => timeOf(text) !== undefined, 'not a revision, an instant or a day such as 2021-03-01')
  .meta({
    description:
      'A revision (`3`), an instant (`2021-03-01T09:00:00+08:00`) or a day (`2021-03-01`: its end in Shanghai).',
    example: '2021-03-01',
  })

/** A case at a point in its life: the record as it stood, and the clock by which it is asked what could be done. */
export type Moment = {
  record: ProjectRecord
  loaded: LoadedEdition
  nowMs: number
  /** Nothing has come after it. */
  isPresent: boolean
  /** When the revision was made, and when the next one was. */
  since: Date
  until: Date | null
}

/**
 * A case as it was at a point in its life, if this person may know of it: as it stands, after its last line. Before its
 * filing there is none.
 */
export async function getMoment(
  deps: CaseDependencies,
  id: string,
  caller: Actor,
  at: string | undefined,
): Promise<Moment> {
  return momentOf(deps, await getVisible(deps, id, caller), at)
}

/** The same of a case that has been found. */
export async function momentOf(
  deps: CaseDependencies,
  { record, loaded }: Pick<Moment, 'record' | 'loaded'>,
  at: string | undefined,
): Promise<Moment> {
  const id = record._id
  const nowMs = deps.now()
  const last = { record, loaded, since: record.updatedAt, until: null }
  const time = at === undefined ? undefined : timeOf(at)
  if (!time || isAfter(time, { revision: record.revision, instantMs: nowMs - 1 }))
    return { ...last, nowMs, isPresent: true }
  if (isAfter(time, { revision: record.revision - 1, instantMs: record.updatedAt.getTime() - 1 }))
    return { ...last, nowMs: instantOf(time, record.updatedAt), isPresent: false }
  const snapshot = await findSnapshot(deps, id, time)
  if (!snapshot) throw new RefusalError({ code: 'not-found' })
  const [then, next] = await Promise.all([
    deps.editions.of(snapshot),
    deps.models.snapshots.findById(`${id}:${snapshot.revision + 1}`, { at: 1 }).lean(),
  ])
  return {
    record: asItWas(record, snapshot, then),
    loaded: then,
    nowMs: instantOf(time, snapshot.at),
    isPresent: false,
    since: snapshot.at,
    until: next?.at ?? null,
  }
}

/** Who has had a part in a case up to a revision, at most two hundred, first things first. */
export async function peopleOf(
  { models }: Pick<CaseDependencies, 'models'>,
  { _id, revision }: Pick<ProjectRecord, '_id' | 'revision'>,
): Promise<Actor[]> {
  const found = await models.history.aggregate<{ _id: Actor; first: number }>([
    { $match: { project: _id, revision: { $lte: revision }, by: { $ne: null } } },
    { $group: { _id: '$by', first: { $min: '$revision' } } },
  ])
  return found
    .toSorted((a, b) => a.first - b.first)
    .slice(0, 200)
    .map((each) => each._id)
}

/** The edition of a case with the very versions of the calendars that it counted by. */
export async function processOf(
  { calendars }: Pick<CaseDependencies, 'calendars'>,
  { edition }: LoadedEdition,
  { district, calendars: versions }: Pick<ProjectRecord, 'district' | 'calendars'>,
): Promise<Process> {
  const [country, local] = await Promise.all([
    calendars.read(countryCalendar, versions.country),
    versions.local > 0 ? calendars.read(district, versions.local) : null,
  ])
  if (!country) throw new Error(`version ${versions.country} of calendar ${countryCalendar} is not on record`)
  return createProcess(edition, country, local ?? undefined)
}

function timeOf(text: string): Time | undefined {
  if (/^\d{1,9}$/.test(text)) return { revision: Number(text) }
  if (isDate(text)) return { instantMs: endOfDay(text) - 1 }
  return instant.safeParse(text).success ? { instantMs: Date.parse(text) } : undefined
}

function isAfter(time: Time, than: { revision: number; instantMs: number }): boolean {
  return 'revision' in time ? time.revision > than.revision : time.instantMs > than.instantMs
}

function instantOf(time: Time, madeAt: Date): number {
  return 'instantMs' in time ? time.instantMs : madeAt.getTime()
}

function findSnapshot(
  { models: { snapshots } }: CaseDependencies,
  id: string,
  time: Time,
): Promise<SnapshotRecord | null> {
  if ('revision' in time) return snapshots.findById(`${id}:${time.revision}`).lean().exec()
  return snapshots
    .findOne({ project: id, at: { $lte: new Date(time.instantMs) } })
    .sort({ at: -1, revision: -1 })
    .lean()
    .exec()
}

const withCertificate: ReadonlySet<unknown> = new Set(['certified', 'completed', 'revoked'])

function asItWas(
  record: ProjectRecord,
  { state, revision, at, editionHash, calendars }: SnapshotRecord,
  { edition }: LoadedEdition,
): ProjectRecord {
  const { phase, outcome } = project(edition, state)
  const certificate = withCertificate.has(outcome) ? record.certificate : null
  return {
    ...record,
    edition: edition.id,
    editionHash,
    revision,
    state,
    phase,
    outcome,
    certificate,
    calendars,
    updatedAt: at,
  }
}

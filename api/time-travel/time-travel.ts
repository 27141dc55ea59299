import { z } from 'zod'
import type { ProjectRecord, SnapshotRecord } from '../../models/index.ts'
import type { Actor, HistoryEntry } from '../../policy/case/case.ts'
import { endOfDay, isDate, shanghaiDate } from '../../policy/time/dates.ts'
import { inBoth } from '../../policy/words/bilingual.ts'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { inputRefusal } from '../../policy/words/issues.ts'
import { createProcess, passTime, stateAt, type Process } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { countryCalendar } from '../../models/calendars.ts'
import type { CaseDependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { getVisible } from '../projects/visible.ts'

const instant = z.iso.datetime({ offset: true })

/** A revision, or an instant in milliseconds since 1970. */
export type Time = { revision: number } | { instantMs: number }

/** A point in the life of a case, as callers write it: a revision, an instant, or a day, which means its end in Shanghai. */
export const At = z
  .string()
  .refine(
    (text) => timeOf(text) !== undefined,
    inBoth(
      '须为版次、时刻或日期（如 2021-03-01）',
      'must be a revision, an instant or a day such as 2021-03-01',
    ),
  )
  .meta({
    description:
      'A revision (`3`), an instant (`2021-03-01T09:00:00+08:00`) or a day (`2021-03-01`: its end in Shanghai).',
    example: '2021-03-01',
  })

/**
 * A case at a point in its life: the record as it stood, with what time alone had made of it since its last line, and the clock
 * by which it is asked what could be done. Where a revision was asked for, it is as that line left it.
 */
export type CaseAtInstant = {
  record: ProjectRecord
  loaded: LoadedEdition
  nowMs: number
  /** What time alone had made of it since its last line, as lines that were not written yet. */
  passed: HistoryEntry[]
  /** Nothing has come after it. */
  isPresent: boolean
  /** When the revision was made, and when the next one was. */
  since: Date
  until: Date | null
}

/**
 * A case as it was at a point in its life, if this person may know of it: as it stands, at an instant after its last line.
 * Before its filing there is none.
 */
export async function getMoment(
  deps: CaseDependencies,
  id: string,
  caller: Actor,
  at: string | undefined,
): Promise<CaseAtInstant> {
  return momentOf(deps, await getVisible(deps, id, caller), at)
}

/** The same of a case that has been found. */
export async function momentOf(
  deps: CaseDependencies,
  { record, loaded }: Pick<CaseAtInstant, 'record' | 'loaded'>,
  at: string | undefined,
): Promise<CaseAtInstant> {
  const nowMs = deps.now()
  const time = at === undefined ? undefined : timeOf(at)
  if (!time || ('instantMs' in time && time.instantMs >= nowMs))
    return { ...(await lastMoment(deps, { record, loaded }, { instantMs: nowMs })), isPresent: true }
  if ('revision' in time)
    refuseOutside('at', time.revision, { first: 1, last: record.revision }, '; a day is written 2021-03-01')
  return isAfter(time, { revision: record.revision - 1, instantMs: record.updatedAt.getTime() - 1 })
    ? lastMoment(deps, { record, loaded }, time)
    : earlierMoment(deps, record, time)
}

/** Refuses a revision that a case has not had. */
export function refuseOutside(
  field: string,
  revision: number,
  { first, last }: { first: number; last: number },
  hint = '',
): void {
  if (revision >= first && revision <= last) return
  const words = {
    zh: `须为第 ${first} 至 ${last} 版之一${hint && '；日期写作 2021-03-01'}`,
    en: `must be a revision from ${first} to ${last}${hint && '; a day is written 2021-03-01'}`,
  }
  throw new RefusalError(inputRefusal(field, words, [`${first}`, `${last}`]))
}

/** A case with what time alone has made of it by an instant; its revision is that of its last line. */
export function recordAt(process: Process, record: ProjectRecord, nowMs: number): ProjectRecord {
  const state = stateAt(process, record.state, nowMs)
  if (state === record.state) return record
  const { phase, outcome } = project(process.edition, state)
  return { ...record, state, phase, outcome }
}

/** No more people of a case are looked at. */
const mostPeople = 1_000

/**
 * Who has had a part in a case up to a revision, each in the role of their first line; at most two hundred, first things first.
 * MongoDB goes from person to person in its index, however many lines each has made.
 */
export async function peopleOf(
  { models }: Pick<CaseDependencies, 'models'>,
  { _id, revision }: Pick<ProjectRecord, '_id' | 'revision'>,
): Promise<Actor[]> {
  const found = await models.history.aggregate<{ by: Actor; first: number }>([
    { $match: { project: _id, 'by.user': { $gt: '' } } },
    { $sort: { project: 1, 'by.user': 1, at: 1, revision: 1 } },
    { $group: { _id: '$by.user', by: { $first: '$by' }, first: { $first: '$revision' } } },
    { $match: { first: { $lte: revision } } },
    { $limit: mostPeople },
  ])
  return found
    .toSorted((a, b) => a.first - b.first)
    .slice(0, 200)
    .map(({ by }) => by)
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

/** A case after its last line. */
async function lastMoment(
  deps: CaseDependencies,
  { record, loaded }: Pick<CaseAtInstant, 'record' | 'loaded'>,
  time: Time,
): Promise<CaseAtInstant> {
  const last = { loaded, isPresent: false, since: record.updatedAt, until: null }
  if ('revision' in time) return { ...last, record, passed: [], nowMs: record.updatedAt.getTime() }
  const { instantMs: nowMs } = time
  return { ...last, ...(await afterTime(deps, { record, loaded }, nowMs)), nowMs }
}

/** A case before its last line; what is not on record yet, or is lost, is waited for and not guessed. */
async function earlierMoment(
  deps: CaseDependencies,
  record: ProjectRecord,
  time: Time,
): Promise<CaseAtInstant> {
  const snapshot = await findSnapshot(deps, record._id, time)
  const isBefore = 'instantMs' in time && time.instantMs < record.filedAt.getTime()
  if (isBefore) throw new RefusalError(beforeFiling(record))
  if (!snapshot) throw new RefusalError({ code: 'unavailable' })
  const [loaded, until] = await Promise.all([
    deps.editions.of(snapshot),
    endOf(deps, record, snapshot.revision),
  ])
  const moment = { loaded, isPresent: false, since: snapshot.at, until }
  const then = asItWas(record, snapshot, loaded)
  if ('revision' in time) return { ...moment, record: then, passed: [], nowMs: snapshot.at.getTime() }
  const { instantMs: nowMs } = time
  return { ...moment, ...(await afterTime(deps, { record: then, loaded }, nowMs)), nowMs }
}

/** Before its filing a case has not been in any state. */
function beforeFiling({ filedAt }: ProjectRecord): Refusal {
  const day = shanghaiDate(filedAt.getTime())
  const words = {
    zh: `早于申报之时：此件于 ${day} 申报，此前没有情形可看`,
    en: `is before the filing: the case was filed on ${day}, and before that there is nothing to see`,
  }
  return inputRefusal('at', words, [day])
}

/** When the line after a revision was made, which must be on record: else a later one might belong to the instant. */
async function endOf({ models }: CaseDependencies, record: ProjectRecord, revision: number): Promise<Date> {
  if (revision + 1 === record.revision) return record.updatedAt
  const next = await models.snapshots.findById(`${record._id}:${revision + 1}`, { at: 1 }).lean()
  if (!next) throw new RefusalError({ code: 'unavailable' })
  return next.at
}

/** As `recordAt`, where a date has passed by the case's own calendars, and the lines that say so. */
async function afterTime(
  deps: CaseDependencies,
  { record, loaded }: Pick<CaseAtInstant, 'record' | 'loaded'>,
  nowMs: number,
): Promise<Pick<CaseAtInstant, 'record' | 'passed'>> {
  if (recordAt(loaded, record, nowMs) === record) return { record, passed: [] }
  const process = await processOf(deps, loaded, record)
  const passed = passTime(process, record.state, nowMs).map(({ entry }) => entry)
  return { record: recordAt(process, record, nowMs), passed }
}

function isAfter(time: Time, than: { revision: number; instantMs: number }): boolean {
  return 'revision' in time ? time.revision > than.revision : time.instantMs > than.instantMs
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

import { Schema } from 'mongoose'
import type { Application, Enterprise } from '../policy/edition/application.ts'
import type { Calendars } from '../policy/time/calendar.ts'
import type { Actor, HistoryEntry, ProjectState } from '../policy/case/case.ts'
import type { Seal } from '../policy/integrity/chain.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import type { Edition } from '../policy/edition/edition.ts'
import type { Projection } from '../policy/case/projection.ts'
import { count, date, flag, json, optionalJson, optionalText, strict, text } from './fields.ts'

/** What the register says of an enterprise; `_id` is its credit code. */
export type EnterpriseRecord = Omit<Enterprise, 'uscc'> & { _id: string; revision: number }

/** An edition by content: `_id` is the SHA-256 of its canonical JSON, so that a case finds the very rules it was filed under. */
export type EditionRecord = { _id: string; id: string; year: number; document: Edition; loadedAt: Date }

/** A project as lists and pages show it; written by its workflow alone. */
export type ProjectRecord = Omit<Projection, 'tasks'> & {
  _id: string
  edition: string
  editionHash: string
  uscc: string
  district: string
  revision: number
  state: ProjectState
  certificate: string | null
  /** The link of its last line. */
  head: Digest
  /** The last line is in a daily anchor. */
  anchored: boolean
  /** Versions of the calendars that it counts by; only ever higher. */
  calendars: Calendars['versions']
  filedAt: Date
  updatedAt: Date
}

/** A line of the business history; `_id` is project and revision, so that no event is told twice. */
export type HistoryRecord = HistoryEntry &
  Seal & {
    _id: string
    project: string
    at: Date
    request: string
    /** The run of the workflow that made it. */
    run: string
    application: Application | null
  }

/** A case as it was after a line; `_id` is that of the line. */
export type SnapshotRecord = {
  _id: string
  project: string
  revision: number
  at: Date
  state: ProjectState
  editionHash: string
  calendars: Calendars['versions']
}

/** A key under which a project was filed (`policy/case/duplicates.ts`); it stays taken while the project lives. */
export type ClaimRecord = { _id: string; project: string; by: Actor; at: Date }

/** An entry of the public library; `_id` is the certificate number. */
export type CertificateRecord = {
  _id: string
  /** The number as it is looked up, in the coarser form of `policy/edition/comparable.ts`. */
  numberKey: string
  project: string
  name: string
  uscc: string
  enterprise: string
  district: string
  category: string
  edition: string
  year: number
  certifiedOn: string
  completedOn: string | null
  revokedOn: string | null
}

/** The last serial taken of a body's certificates. */
export type CounterRecord = { _id: string; last: number }

export const enterpriseSchema = new Schema<EnterpriseRecord>(
  {
    _id: text,
    name: text,
    district: text,
    registeredInCity: { type: Boolean, required: true },
    legalPerson: { type: Boolean, required: true },
    industry: text,
    size: text,
    codeException: String,
    revision: count,
  },
  { ...strict, collection: 'enterprises' },
)

export const editionSchema = new Schema<EditionRecord>(
  { _id: text, id: text, year: count, document: json, loadedAt: date },
  { ...strict, collection: 'editions' },
)
editionSchema.index({ id: 1, loadedAt: -1 })

/** Where a project has the numbers of its papers, and how these are compared: without width, case, spaces and punctuation. */
export const paperNumber = 'state.case.application.evidence.number'
export const asTyped = { locale: 'en', strength: 2, alternate: 'shifted' } as const

export const projectSchema = new Schema<ProjectRecord>(
  {
    _id: text,
    edition: text,
    editionHash: text,
    uscc: text,
    district: text,
    phase: text,
    outcome: optionalText,
    revision: count,
    state: json,
    certificate: optionalText,
    head: text,
    anchored: flag,
    calendars: { country: count, local: count },
    filedAt: date,
    updatedAt: date,
  },
  { ...strict, collection: 'projects' },
)
projectSchema.index({ filedAt: -1, _id: -1 })
projectSchema.index({ phase: 1, filedAt: -1, _id: -1 })
projectSchema.index({ district: 1, filedAt: -1, _id: -1 })
projectSchema.index({ district: 1, phase: 1, filedAt: -1, _id: -1 })
projectSchema.index({ uscc: 1, filedAt: -1, _id: -1 })
// Open projects by the versions they count by, for the rollout of a newer one.
const open = { partialFilterExpression: { 'state.done': false } }
projectSchema.index({ 'calendars.country': 1, _id: 1 }, open)
projectSchema.index({ district: 1, 'calendars.local': 1, _id: 1 }, open)
// Open projects by what a batch may be aimed at.
projectSchema.index({ phase: 1, _id: 1 }, open)
projectSchema.index({ district: 1, _id: 1 }, open)
projectSchema.index({ district: 1, phase: 1, _id: 1 }, open)
projectSchema.index({ edition: 1, _id: 1 }, open)
// Whose papers have a number, in whatever width and case and with whatever signs in it.
projectSchema.index({ [paperNumber]: 1 }, { sparse: true, collation: asTyped })
projectSchema.index({ anchored: 1, _id: 1 }, { partialFilterExpression: { anchored: false } })

export const historySchema = new Schema<HistoryRecord>(
  {
    _id: text,
    project: text,
    revision: count,
    type: text,
    by: optionalJson,
    on: text,
    at: date,
    from: optionalJson,
    to: json,
    payload: json,
    article: { type: String, default: '' },
    deadlines: { ...json, default: [] },
    request: { type: String, default: '' },
    run: text,
    application: optionalJson,
    previous: optionalText,
    stateDigest: text,
    link: text,
  },
  { ...strict, collection: 'history' },
)
historySchema.index({ project: 1, revision: 1 }, { unique: true })
historySchema.index({ project: 1, at: 1, revision: 1 })
historySchema.index({ project: 1, 'by.user': 1, at: 1, revision: 1 })

export const snapshotSchema = new Schema<SnapshotRecord>(
  {
    _id: text,
    project: text,
    revision: count,
    at: date,
    state: json,
    editionHash: text,
    calendars: { country: count, local: count },
  },
  { ...strict, collection: 'snapshots' },
)
snapshotSchema.index({ project: 1, at: 1, revision: 1 })

export const claimSchema = new Schema<ClaimRecord>(
  { _id: text, project: text, by: json, at: date },
  { ...strict, collection: 'claims' },
)
claimSchema.index({ project: 1 })

export const certificateSchema = new Schema<CertificateRecord>(
  {
    _id: text,
    numberKey: text,
    project: text,
    name: text,
    uscc: text,
    enterprise: text,
    district: text,
    category: text,
    edition: text,
    year: count,
    certifiedOn: text,
    completedOn: optionalText,
    revokedOn: optionalText,
  },
  { ...strict, collection: 'certificates' },
)
certificateSchema.index({ project: 1 }, { unique: true })
certificateSchema.index({ numberKey: 1 })
certificateSchema.index({ certifiedOn: -1, _id: -1 })
certificateSchema.index({ district: 1, certifiedOn: -1, _id: -1 })
certificateSchema.index({ uscc: 1, certifiedOn: -1 })
certificateSchema.index({ year: 1, district: 1, revokedOn: 1 })

export const counterSchema = new Schema<CounterRecord>(
  { _id: text, last: count },
  { ...strict, collection: 'counters' },
)

import type { Calendars } from '../policy/time/calendar.ts'
import type { ProjectState } from '../policy/case/case.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import type { Projection } from '../policy/case/projection.ts'
import {
  count,
  date,
  field,
  flag,
  json,
  optionalText,
  optionalWord,
  schemaOf,
  text,
  texts,
  word,
  type RecordOf,
} from './fields.ts'

/** A project as lists and pages show it; written by its workflow alone. */
export type ProjectRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  edition: text,
  editionHash: text,
  uscc: text,
  district: text,
  phase: text,
  /** Who has a task of it in hand. */
  assignees: texts,
  outcome: optionalWord<NonNullable<Projection['outcome']>>(),
  revision: count,
  state: json<ProjectState>(),
  certificate: optionalText,
  /** The link of its last line. */
  head: word<Digest>(),
  /** The last line is in a daily anchor. */
  anchored: flag,
  /** Versions of the calendars that it counts by; only ever higher. */
  calendars: field<Calendars['versions']>({ country: count, local: count }),
  filedAt: date,
  updatedAt: date,
}

/** Where a project has the numbers of its papers, and how these are compared: without width, case, spaces and punctuation. */
export const paperNumber = 'state.case.application.evidence.number'
export const asTyped = { locale: 'en', strength: 2, alternate: 'shifted' } as const

export const projectSchema = schemaOf<ProjectRecord>('projects', fields)
// The lists, newest first, of whoever sees all cases; `filedAt` alone: the first filing, from which the age of anchors counts.
projectSchema.index({ filedAt: -1, _id: -1 })
// Those in a phase, and the open ones among them, at which a batch is aimed.
projectSchema.index({ phase: 1, filedAt: -1, _id: -1 })
// The lists of a district.
projectSchema.index({ district: 1, filedAt: -1, _id: -1 })
projectSchema.index({ district: 1, phase: 1, filedAt: -1, _id: -1 })
// The list of an enterprise, and its cases among which a similar one is looked for.
projectSchema.index({ uscc: 1, filedAt: -1, _id: -1 })
// The cases of a third party: those that it was handed.
projectSchema.index({ assignees: 1, filedAt: -1, _id: -1 })
// Open cases by the versions they count by, for the rollout of a newer one. A batch that is aimed at a district finds its open
// cases by the second, one that is aimed at an edition by the first: neither has a field that an event changes.
const open = { partialFilterExpression: { 'state.done': false } }
projectSchema.index({ 'calendars.country': 1, _id: 1 }, open)
projectSchema.index({ district: 1, 'calendars.local': 1, _id: 1 }, open)
// Whose papers have a number, in whatever width and case and with whatever signs in it.
projectSchema.index({ [paperNumber]: 1 }, { sparse: true, collation: asTyped })
// What the next anchor takes in.
projectSchema.index({ anchored: 1, _id: 1 }, { partialFilterExpression: { anchored: false } })

/** The part of a query that keeps it to open cases, and has an index of them even where nothing else is asked. */
export const openProjects = { 'state.done': false, 'calendars.country': { $gte: 0 } } as const

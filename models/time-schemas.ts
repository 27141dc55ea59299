import { Schema } from 'mongoose'
import type { Actor } from '../policy/case/case.ts'
import { count, date, flag, json, optionalDate, optionalText, strict, text, texts } from './fields.ts'

/**
 * A version of a calendar: of the country (`cn`) or what a district adds to it (its name). `_id` is `cn@3`; what is in
 * force is the highest version. A district's calendar has neither `from` nor `through` of its own.
 */
export type CalendarRecord = {
  _id: string
  id: string
  version: number
  from: number
  through: number
  off: string[]
  worked: string[]
  /** The paper that says so. */
  source: string
  /** Why it was imported, beside the paper; null where nobody said. */
  reason: string | null
  by: string
  at: Date
}

/** How far a version of a calendar has come to the projects that run; `_id` is that of the version, written with it. */
export type RolloutRecord = {
  _id: string
  calendar: string
  version: number
  by: Actor
  /** Of the HTTP request that brought the version in. */
  request: string
  /** Open projects that counted by an older version. */
  total: number
  /** Those that count by the new one now. */
  done: number
  /** Due dates that it moved. */
  moved: number
  /** Projects that did not take it, however often they were asked. */
  failed: number
  at: Date
  finishedAt: Date | null
}

/**
 * A task of a case, open or done; `_id` is project, task, period and the revision that opened it. Written with the step
 * that opens, moves or closes it, and never by an older step.
 */
export type TaskRecord = {
  _id: string
  project: string
  task: string
  period: string | null
  entry: number
  open: boolean
  roles: string[]
  district: string
  uscc: string
  dueOn: string | null
  overdue: boolean
  claimedBy: string | null
  openedOn: string
  closedOn: string | null
  /** The day on which somebody was last reminded of it. */
  remindedOn: string | null
  /** Of the step that last wrote it, and its instant. */
  revision: number
  at: Date
}

export const calendarSchema = new Schema<CalendarRecord>(
  {
    _id: text,
    id: text,
    version: count,
    from: count,
    through: count,
    off: texts,
    worked: texts,
    source: text,
    reason: optionalText,
    by: text,
    at: date,
  },
  { ...strict, collection: 'calendars' },
)
calendarSchema.index({ id: 1, version: -1 }, { unique: true })

export const rolloutSchema = new Schema<RolloutRecord>(
  {
    _id: text,
    calendar: text,
    version: count,
    by: json,
    request: { type: String, default: '' },
    total: count,
    done: count,
    moved: count,
    failed: count,
    at: date,
    finishedAt: optionalDate,
  },
  { ...strict, collection: 'rollouts' },
)
rolloutSchema.index({ finishedAt: 1, at: 1 })

export const taskSchema = new Schema<TaskRecord>(
  {
    _id: text,
    project: text,
    task: text,
    period: optionalText,
    entry: count,
    open: flag,
    roles: texts,
    district: text,
    uscc: text,
    dueOn: optionalText,
    overdue: flag,
    claimedBy: optionalText,
    openedOn: text,
    closedOn: optionalText,
    remindedOn: optionalText,
    revision: count,
    at: date,
  },
  { ...strict, collection: 'tasks' },
)
taskSchema.index({ open: 1, roles: 1, dueOn: 1, _id: 1 })
taskSchema.index({ open: 1, roles: 1, district: 1, dueOn: 1, _id: 1 })
taskSchema.index({ open: 1, roles: 1, uscc: 1, dueOn: 1, _id: 1 })
taskSchema.index({ open: 1, district: 1, dueOn: 1, _id: 1 })
taskSchema.index({ open: 1, dueOn: 1, _id: 1 })
taskSchema.index({ open: 1, district: 1, remindedOn: 1, _id: 1 })
taskSchema.index({ open: 1, remindedOn: 1, _id: 1 })
taskSchema.index({ project: 1, open: 1 })
// What metrics ask: the oldest task of each body, and how much is overdue.
taskSchema.index({ open: 1, roles: 1, district: 1, openedOn: 1 })
taskSchema.index({ overdue: 1, open: 1, task: 1 }, { partialFilterExpression: { open: true, overdue: true } })
// Past due, and nobody has said so.
taskSchema.index({ dueOn: 1, _id: 1 }, { partialFilterExpression: { open: true, overdue: false } })

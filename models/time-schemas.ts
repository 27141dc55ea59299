import { Schema } from 'mongoose'
import { count, date, flag, optionalText, strict, text, texts } from './fields.ts'

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
  by: string
  at: Date
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
  revision: number
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
    by: text,
    at: date,
  },
  { ...strict, collection: 'calendars' },
)
calendarSchema.index({ id: 1, version: -1 }, { unique: true })

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

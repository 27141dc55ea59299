import type { Words } from '../../policy/edition/edition.ts'
import type { ErrorCode } from '../../policy/errors.ts'
import type { EventType } from '../../policy/case/events.ts'
import type { NoticeKind } from '../../policy/notices/notice.ts'

/** Where the projects of a district stand at the end; each that was filed is in just one of the columns after `filed`. */
export type Counts = {
  /** Could not be filed: the application met not all conditions. */
  refused: number
  filed: number
  /** In the library, completed or not, and not revoked. */
  certified: number
  revoked: number
  rejected: number
  withdrawn: number
  /** Still on the way to a decision. */
  open: number
}

/** A district against its target. */
export type DistrictCounts = Counts & { district: string; target: number }

/** The reminders about one task: sent before and after its due date, answered by doing it soon, passed on to a superior. */
export type ReminderCounts = {
  task: string
  name: Words
  sent: number
  answered: number
  escalated: number
}

/** How long tasks of a kind took that are done, in working days. */
export type StageTimes = {
  task: string
  name: Words
  done: number
  open: number
  median: number | null
  p90: number | null
}

/** What stood at the end of a month: filed and certified so far. */
export type MonthCounts = { month: string; filed: number; certified: number; events: number }

/** What somebody tries: to file, or to send an event. */
export type Attempt = EventType | 'file'

/** Something that was refused. */
export type Refused = { tried: Attempt; code: ErrorCode }

/** All that a played year has shown. It holds nothing of the run itself: the same seed gives the same result. */
export type Result = {
  edition: { id: string; hash: string; title: Words }
  behaviour: { title: Words; answeredWithin: number }
  year: number
  seed: number
  from: string
  through: string
  projects: number
  /** Of them: not yet filed when the last day was over. */
  unfiled: number
  events: number
  districts: DistrictCounts[]
  total: Counts & { target: number }
  /** What was refused, by what was tried and the code of the refusal. */
  refusals: (Refused & { count: number })[]
  notices: { kind: NoticeKind; sent: number; cancelled: number }[]
  reminders: ReminderCounts[]
  stages: StageTimes[]
  months: MonthCounts[]
}

import type { Calendars } from '../policy/time/calendar.ts'
import type { Audience } from '../policy/access/capacities.ts'
import type { HistoryEntry, ProjectState } from '../policy/case/case.ts'
import type { Seal } from '../policy/integrity/chain.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import type { Effect } from '../policy/case/lifecycle.ts'
import type { Notice } from '../policy/notices/notice.ts'
import type { Projection, Task } from '../policy/case/projection.ts'

/** A step on its way into the record. */
export type StepRecord = {
  project: string
  edition: string
  editionHash: string
  state: ProjectState
  projection: Projection
  /** Tasks that the step has closed. */
  closed: Task[]
  entry: HistoryEntry
  seal: Seal
  /** The run of the workflow that made it. */
  run: string
  effects: Effect[]
  /** Who is told what because of it. */
  notices: Notice[]
  audiences: Audience[]
  versions: Calendars['versions']
  /** What a certificate of the project's body begins with. */
  series: { prefix: string; bodyCode: string }
  filedAt: string
  at: string
  request: string
}

/** What the record answers to a step: the number it has given, and the link of the line as it lies there. */
export type Recording = {
  certificate: string | null
  /** None where a version has answered that did not tell. */
  link?: Digest
}

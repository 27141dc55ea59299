import type { Calendars } from '../policy/time/calendar.ts'
import type { Audience } from '../policy/access/scope.ts'
import type { HistoryEntry, ProjectState } from '../policy/case/case.ts'
import type { Seal } from '../policy/integrity/chain.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import type { Effect } from '../policy/case/lifecycle.ts'
import type { Notice, NotificationBatch } from '../policy/notices/notice.ts'
import type { IntentKey } from './intents.ts'
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

/** How far a case is on record, as its workflow is told: the last line there, and the number of its certificate. */
export type OnRecord = { revision: number; link: Digest; certificate: string | null }

/** What goes on record together: steps of one case in their order, whom to tell besides, and the intent that this settles. */
export type Recording = { steps: StepRecord[]; batches?: NotificationBatch[]; intent?: IntentKey }

/** What the record has given to steps: the number of the certificate, if one of them issues it. */
export type Recorded = Pick<OnRecord, 'certificate'>

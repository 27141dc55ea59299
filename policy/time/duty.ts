import type { Duration } from './calendar.ts'
import type { GivenDate } from '../case/held-time.ts'
import type { Reminders } from '../stages/parts.ts'

/** Whether the day on which a length of time begins is one of its days; it is not, where nothing is said (民法典 201). */
export type FirstDay = 'counts' | 'doesNotCount'

/** How a due date comes about: a length of time that runs, one that stands still, or a date that is given. */
export type Clock =
  | ({ kind: 'runs'; firstDay?: FirstDay } & Duration)
  | ({ kind: 'standsStill' } & Duration)
  | ({ kind: 'date' } & GivenDate)

/** What is owed in a state of a case: by whom, until when, who is reminded, and where the rule stands. */
export type Duty = {
  task: string
  part: string | null
  roles: string[]
  clock: Clock | null
  /** What happens after the due date, if nothing else does. */
  lapse?: (Duration & { to: string }) | 'atDue'
  /** The date that stood before, where a decision has moved it. */
  movedFrom?: string
  reminders: Reminders | undefined
  /** Nobody is reminded or urged: what was asked for is being decided. */
  waits?: true
  /** Officers decide it: one claims it, and four eyes hold. */
  decides?: true
  /** It is about what somebody has asked for: it begins anew with every request. */
  ofRequest?: true
  /** The unit in which reminders count. */
  unit: Duration['unit']
  article: string
  /** The officer who has it in hand. */
  claimedBy: string | null
}

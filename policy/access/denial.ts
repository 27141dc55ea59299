import type { Words } from '../words/bilingual.ts'
import type { Refusal } from '../errors.ts'

/** What can stand against an event whatever it says, in the order in which it matters to the caller. */
export type DenialReason =
  | 'unseen'
  | 'held'
  | 'over'
  | 'elsewhere'
  | 'role'
  | 'hasFiled'
  | 'hasAsked'
  | 'hasDecided'
  | 'inOtherHands'
  | 'nobodyToUrge'
  | 'urgedToday'

/** What time, or the number of times, has against an event; a kind of stage says it in its own words. */
export type TimeReason = 'usedUp' | 'tooLate' | 'noMoreExtensions' | 'tooLateToExtend'

/** Why an event is not for a person in a state at an instant: the reason, and the refusal that comes of it. */
export type Denial =
  | { reason: DenialReason; refusal: Refusal }
  | { reason: TimeReason; refusal: Refusal; words: Words; article: string | undefined }

import type { Words } from '../words/bilingual.ts'
import type { Refusal } from '../errors.ts'

/** What can stand against an event whatever it says, in the order in which it matters to the caller. */
export type Ground =
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
export type TimeGround = 'usedUp' | 'tooLate' | 'noMoreExtensions' | 'tooLateToExtend'

/** Why an event is not for a person in a state at an instant: on which ground, and the refusal that comes of it. */
export type Objection =
  | { ground: Ground; refusal: Refusal }
  | { ground: TimeGround; refusal: Refusal; words: Words; article: string | undefined }

import type { ReviewAnswer } from '../review/schema.ts'

/** What a body of a joint review has answered, on the application as it is before it now. */
export type Vote = { part: string; answer: ReviewAnswer }

/** What became of one case: it was done, or the case said no and why. */
export type CaseOutcome = 'done' | { refused: string }

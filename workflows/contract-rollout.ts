/** The name under which the rollout of a calendar is started. */
export const calendarRolloutType = 'calendarRollout'

/** The workflow that brings a version of a calendar, `cn@3`, to the projects that run. */
export function rolloutWorkflowId(rollout: string): string {
  return `calendar/${rollout}`
}

/** Where a page of projects begins: after the one with that version and id. */
export type RolloutCursor = { version: number; project: string }

/** What a rollout has done so far: projects that took the version, due dates that moved, projects that failed in this pass. */
export type RolloutTally = { done: number; moved: number; failed: number }

/** How a rollout goes: pauses in milliseconds, sizes in projects. */
export type RolloutPace = {
  /** Between the first pass and the second, for projects that were being filed under the older version; a minute. */
  settleMs?: number
  /** Projects a page; 100. */
  pageSize?: number
  /** Continue as new after this many pages, for tests; else when the server suggests it. */
  pagesPerRun?: number
}

/** The input of a rollout: which version, how, and where the run before stopped. */
export type RolloutInput = RolloutPace & {
  /** `cn@3`. */
  rollout: string
  carried?: RolloutProgress
}

/** Where a rollout stands: its pass, the page that comes next (the first, if null) and what it has done. */
export type RolloutProgress = { pass: number; after: RolloutCursor | null; tally: RolloutTally }

/** A page of the projects that a version concerns; `next` is null on the last one. */
export type RolloutPage = { projects: string[]; next: RolloutCursor | null }

import type { OperationTally } from '../policy/operations.ts'

/** Where a batch stands: the page that comes next (the first, if null) and what it has done. */
export type BatchPlace = { after: string | null; tally: OperationTally }

/** The input of a batch: its operation, and where the run before stopped. */
export type BatchInput = {
  operation: string
  carried?: BatchPlace
  /** Continue as new after this many pages, for tests; else when the server suggests it. */
  pagesPerRun?: number
}

/** A page of what an operation goes to, or that it is to wait, or that it is over. */
export type BatchPage = { ids: string[]; next: string | null; perMinute: number } | 'wait' | 'over'

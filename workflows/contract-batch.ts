import { defineSignal } from '@temporalio/workflow'
import type { OperationTally } from '../policy/operations.ts'

/** The name under which an operation is started. */
export const batchType = 'batch'

/** The workflow that carries an operation out. */
export function batchWorkflowId(operation: string): string {
  return `operation/${operation}`
}

/** Has a batch look at its operation again: it was paused, resumed or cancelled. */
export const nudge = defineSignal('nudge')

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

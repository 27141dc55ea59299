import { defineSignal } from '@temporalio/workflow'

/** The name under which an operation is started. */
export const operationWorkflowType = 'operation'

/** The workflow that carries an operation out. */
export function operationWorkflowId(operation: string): string {
  return `operation/${operation}`
}

/** Has an operation looked at again: it was paused, resumed or cancelled. */
export const nudge = defineSignal('nudge')

/** The input of an operation's workflow: the operation, whose list knows how far it is. */
export type OperationInput = {
  operation: string
  /** Continue as new after this many pages, for tests; else when the server suggests it. */
  pagesPerRun?: number
}

/** A page has been done and the next one may come after a rest; or the operation is to wait; or it is over. */
export type BatchProgress = { restMs: number } | 'wait' | 'over'

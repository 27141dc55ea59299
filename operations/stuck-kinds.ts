import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import type { StuckKind } from '../policy/access/operations.ts'

/**
 * What is asked to find what is stuck: the record, Temporal and the clock. Of a Temporal that is silent nothing is asked: what
 * the record knows is told as it stands there.
 */
export type StuckSources = {
  models: Models
  temporal: Client
  now: () => number
  isSilent?: boolean
}

/** Something that is stuck: what, since when, and what went wrong last, as far as it can be told. */
export type Stuck = {
  kind: StuckKind
  /** Names it among all of its kind. */
  id: string
  project: string | null
  since: Date | null
  /** How often it was tried. */
  attempt: number | null
  error: string | null
  /** The activity, the task or the channel. */
  what: string | null
}

/** Where a page of one kind begins: after what the page before ended with; null for the first. */
export type StuckPageRequest = { limit: number; after: string | null }

/** A page of one kind; it may be shorter than asked for, because what has recovered meanwhile is left out. */
export type StuckPage = { items: Stuck[]; next: string | null }

/** How one kind is found and counted. */
export type Finder = {
  page: (turn: StuckPageRequest) => Promise<StuckPage>
  /** Counts no further than `mostCounted`. */
  count: () => Promise<number>
}

/** No count goes further than this. */
export const mostCounted = 10_000

/** The project of a workflow; null for a workflow of another kind. */
export function projectOf(workflowId: string): string | null {
  return workflowId.startsWith('project/') ? workflowId.slice('project/'.length) : null
}

/** Nothing wrong with what it says: what a finder adds to it. */
export function stuck(kind: StuckKind, id: string, more: Partial<Stuck>): Stuck {
  return { kind, id, project: null, since: null, attempt: null, error: null, what: null, ...more }
}

import type { Client } from '@temporalio/client'
import { stuckKinds, type StuckKind } from '../policy/access/operations.ts'
import { failingTasks, lostRuns, missingWorkers, silentEngine } from './stuck-engine.ts'
import type { Finder, StuckSources, Stuck, StuckPage, StuckPageRequest } from './stuck-kinds.ts'
import { recordBehind, retriedActivities, silentDeadlines, undeliverable } from './stuck-record.ts'

export type { StuckSources, Stuck } from './stuck-kinds.ts'

const finders = {
  engineSilent: silentEngine,
  noWorker: missingWorkers,
  workflowTaskFailing: failingTasks,
  runLost: lostRuns,
  recordBehind,
  activityRetrying: retriedActivities,
  deadlineWithoutEvent: silentDeadlines,
  noticeUndeliverable: undeliverable,
} as const satisfies Record<StuckKind, (sources: StuckSources) => Finder>

const order = Object.keys(stuckKinds) as StuckKind[]

/** Where a list of what is stuck goes on: with which kind, after what of it. */
export type StuckCursor = { kind: StuckKind; after: string | null }

/** What nobody but Temporal knows: it is left out while Temporal is silent. */
const askedOfEngine: ReadonlySet<StuckKind> = new Set(['noWorker', 'workflowTaskFailing', 'runLost'])

/** A Temporal that does not answer within this time counts as silent (milliseconds). */
const answerWithinMs = 2_000

/** A page of one kind. */
export function findStuckOf(
  sources: StuckSources,
  kind: StuckKind,
  turn: StuckPageRequest,
): Promise<StuckPage> {
  return finders[kind](sources).page(turn)
}

/**
 * A page of what is stuck, kind after kind or of one kind alone, the worst first. No more is looked at than the page
 * could show; what has recovered meanwhile is left out, so that a page may be short and yet not the last. Where Temporal does
 * not answer, that comes first, and then what the record knows.
 */
export async function findStuck(
  { temporal, ...others }: StuckSources,
  { only, cursor, limit }: { only?: StuckKind | undefined; cursor?: StuckCursor | undefined; limit: number },
): Promise<{ items: Stuck[]; next: StuckCursor | null }> {
  const sources = { ...others, temporal, isSilent: await isSilent(temporal) }
  const asked = only ? [only] : order.slice(cursor ? order.indexOf(cursor.kind) : 0)
  const kinds = sources.isSilent && !only ? asked.filter((kind) => !askedOfEngine.has(kind)) : asked
  const items: Stuck[] = []
  for (const [index, kind] of kinds.entries()) {
    const after = kind === cursor?.kind ? cursor.after : null
    const page = await findStuckOf(sources, kind, { limit: limit - items.length, after })
    items.push(...page.items)
    if (page.next !== null) return { items, next: { kind, after: page.next } }
    const following = kinds[index + 1]
    if (items.length >= limit && following) return { items, next: { kind: following, after: null } }
  }
  return { items, next: null }
}

function isSilent(temporal: Client): Promise<boolean> {
  const ask = () => temporal.workflowService.getSystemInfo({})
  return temporal.withDeadline(Date.now() + answerWithinMs, ask).then(
    () => false,
    () => true,
  )
}

/**
 * How much is stuck, by kind, for a gauge: no kind counts further than ten thousand, those that Temporal lists no further than
 * a hundred. What Temporal alone knows is left out while it does not answer.
 */
export async function countStuck({
  temporal,
  ...others
}: StuckSources): Promise<Partial<Record<StuckKind, number>>> {
  const sources = { ...others, temporal, isSilent: await isSilent(temporal) }
  const kinds = order.filter((kind) => !sources.isSilent || !askedOfEngine.has(kind))
  const counts = await Promise.all(kinds.map(async (kind) => [kind, await finders[kind](sources).count()]))
  return Object.fromEntries(counts) as Partial<Record<StuckKind, number>>
}

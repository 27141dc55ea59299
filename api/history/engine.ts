import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { z } from 'zod'
import { Words } from '../http/words.ts'
import { engineEvents, enginePositionOf, type EngineItem } from './engine-events.ts'
import { filedMsOf, type EngineSources } from './engine-runs.ts'
import { detailsOf, failureWords, isShown, labelOf, nameOfType, type EngineDetails } from './engine-words.ts'
import type { Ledger, LedgerLine, Part, HistoryCursor } from './ledger.ts'

/** An event of the engine under a case: a run, an attempt, a failure, a timer, an update; or what a run waits for now. */
export const EngineLine = z
  .object({
    kind: z.literal('engine'),
    type: z.string().meta({ description: "Temporal's, such as ACTIVITY_TASK_FAILED." }),
    name: Words,
    run: z.string(),
    event: z.int().nullable().meta({ description: 'Its number in the run; none, if it is no event.' }),
    at: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number()])).meta({
      description:
        'Names, attempts, seconds, the words of a failure; never what was handed over. `happened` is there where a line ' +
        'is told later than it happened, because what came after it had been told.',
    }),
  })
  .meta({ id: 'HistoryEngineEvent' })
type EngineLine = z.infer<typeof EngineLine>

/** What the engine did for a case, run after run; it knows no people. */
export function engineLedger(engines: EngineSources, project: string, part: Part): Ledger<EngineLine> {
  return {
    kind: 'engine',
    async after(cursor, limit) {
      const lines: LedgerLine<EngineLine>[] = []
      if (part.person !== undefined) return lines
      try {
        for await (const line of linesWithin(engines, project, { part, cursor })) {
          lines.push(line)
          if (lines.length === limit) break
        }
      } catch (error) {
        if (!(error instanceof ServiceError || isGrpcServiceError(error))) throw error
        const atMs = lines.at(-1)?.at.getTime() ?? (await startMsOf(engines, project, { part, cursor }))
        const isSaid = cursor?.kind === 'engine' && cursor.id === unavailable
        const isPast = part.before !== null && atMs >= part.before.getTime()
        if (!isSaid && !isPast) lines.push(unavailableAt(new Date(atMs)))
      }
      return lines
    },
  }
}

type Asked = { part: Part; cursor: HistoryCursor | null }

async function* linesWithin(
  engines: EngineSources,
  project: string,
  { part: { from, before }, cursor }: Asked,
): AsyncGenerator<LedgerLine<EngineLine>> {
  const earliestMs = earliestMsAfter(cursor)
  for await (const item of engineEvents(engines, project, { engine: cursor?.engine ?? null, from })) {
    const happened = new Date(item.atMs)
    if (before && happened >= before) return
    const type = typeOf(item)
    if (!isShown(type) || (from && happened < from)) continue
    const at = new Date(Math.max(item.atMs, earliestMs))
    const isLate = at > happened
    const event = 'event' in item ? Number(item.event.eventId) : null
    const details = { ...describe(item), ...(isLate && { happened: happened.toISOString() }) }
    const view = lineOf({ type, run: item.position.runId, event, at: at.toISOString(), details })
    yield { at, id: item.id, view, engine: enginePositionOf(item.position) }
  }
}

function lineOf(line: Omit<EngineLine, 'kind' | 'name'>): EngineLine {
  return { kind: 'engine', name: labelOf(line.type), ...line }
}

/**
 * The earliest instant at which a line may be told after a cursor: what the engine could not tell in time, or wrote late, comes
 * after what has been told already.
 */
function earliestMsAfter(cursor: HistoryCursor | null): number {
  if (!cursor) return 0
  return cursor.kind === 'engine' ? cursor.at.getTime() : cursor.at.getTime() + 1
}

/** Where a part of a history begins: after a cursor, on its first day, and not before the filing. */
async function startMsOf(
  { models }: EngineSources,
  project: string,
  { part, cursor }: Asked,
): Promise<number> {
  return Math.max(earliestMsAfter(cursor), part.from?.getTime() ?? 0, await filedMsOf(models, project))
}

function typeOf(item: EngineItem): string {
  if ('event' in item) return nameOfType(item.event)
  if ('activity' in item) return 'PENDING_ACTIVITY'
  if ('workflowTask' in item) return 'PENDING_WORKFLOW_TASK'
  return item.missing.digest === null ? 'RUN_LOST' : 'RUN_DAMAGED'
}

function describe(item: EngineItem): EngineDetails {
  if ('event' in item) return detailsOf(item.event)
  if ('workflowTask' in item) return { attempt: item.workflowTask.attempt ?? 0 }
  if ('missing' in item) return item.missing.digest === null ? {} : { archive: item.missing.digest }
  const { activityType, attempt, lastFailure } = item.activity
  return { activity: activityType?.name ?? '', attempt: attempt ?? 0, ...failureWords(lastFailure) }
}

const unavailable = 'unavailable'

/** The case is shown without its engine while that does not answer; the next page asks it again. */
function unavailableAt(at: Date): LedgerLine<EngineLine> {
  const plain = { run: '', event: null, at: at.toISOString(), details: {} }
  return { at, id: unavailable, view: lineOf({ type: 'ENGINE_UNAVAILABLE', ...plain }) }
}

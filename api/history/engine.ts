import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { z } from 'zod'
import { Words } from '../http/words.ts'
import { engineEvents, markOf, type Told } from './engine-events.ts'
import { filedMsOf, type Engines } from './engine-runs.ts'
import { detailsOf, failureWords, isTold, labelOf, nameOfType, type EngineDetails } from './engine-words.ts'
import type { Ledger, Line, Part, Place } from './ledger.ts'

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
export function engineLedger(engines: Engines, project: string, part: Part): Ledger<EngineLine> {
  return {
    kind: 'engine',
    async after(place, limit) {
      const lines: Line<EngineLine>[] = []
      if (part.person !== undefined) return lines
      try {
        for await (const line of linesWithin(engines, project, { part, place })) {
          lines.push(line)
          if (lines.length === limit) break
        }
      } catch (error) {
        if (!(error instanceof ServiceError || isGrpcServiceError(error))) throw error
        const atMs = lines.at(-1)?.at.getTime() ?? (await startMsOf(engines, project, { part, place }))
        const isSaid = place?.kind === 'engine' && place.id === unavailable
        const isPast = part.before !== null && atMs >= part.before.getTime()
        if (!isSaid && !isPast) lines.push(unavailableAt(new Date(atMs)))
      }
      return lines
    },
  }
}

type Asked = { part: Part; place: Place | null }

async function* linesWithin(
  engines: Engines,
  project: string,
  { part: { from, before }, place }: Asked,
): AsyncGenerator<Line<EngineLine>> {
  const earliestMs = earliestMsAfter(place)
  for await (const told of engineEvents(engines, project, { mark: place?.mark ?? null, from })) {
    const happened = new Date(told.atMs)
    if (before && happened >= before) return
    const type = typeOf(told)
    if (!isTold(type) || (from && happened < from)) continue
    const at = new Date(Math.max(told.atMs, earliestMs))
    const isLate = at > happened
    const event = 'event' in told ? Number(told.event.eventId) : null
    const details = { ...describe(told), ...(isLate && { happened: happened.toISOString() }) }
    const view = lineOf({ type, run: told.position.runId, event, at: at.toISOString(), details })
    yield { at, id: told.id, view, mark: markOf(told.position) }
  }
}

function lineOf(line: Omit<EngineLine, 'kind' | 'name'>): EngineLine {
  return { kind: 'engine', name: labelOf(line.type), ...line }
}

/**
 * The earliest instant at which a line may be told after a place: what the engine could not tell in time, or wrote late, comes
 * after what has been told already.
 */
function earliestMsAfter(place: Place | null): number {
  if (!place) return 0
  return place.kind === 'engine' ? place.at.getTime() : place.at.getTime() + 1
}

/** Where a part of a history begins: after a place, on its first day, and not before the filing. */
async function startMsOf({ models }: Engines, project: string, { part, place }: Asked): Promise<number> {
  return Math.max(earliestMsAfter(place), part.from?.getTime() ?? 0, await filedMsOf(models, project))
}

function typeOf(told: Told): string {
  if ('event' in told) return nameOfType(told.event)
  if ('activity' in told) return 'PENDING_ACTIVITY'
  if ('workflowTask' in told) return 'PENDING_WORKFLOW_TASK'
  return told.missing.digest === null ? 'RUN_LOST' : 'RUN_DAMAGED'
}

function describe(told: Told): EngineDetails {
  if ('event' in told) return detailsOf(told.event)
  if ('workflowTask' in told) return { attempt: told.workflowTask.attempt ?? 0 }
  if ('missing' in told) return told.missing.digest === null ? {} : { archive: told.missing.digest }
  const { activityType, attempt, lastFailure } = told.activity
  return { activity: activityType?.name ?? '', attempt: attempt ?? 0, ...failureWords(lastFailure) }
}

const unavailable = 'unavailable'

/** The case is shown without its engine while that does not answer; the next page asks it again. */
function unavailableAt(at: Date): Line<EngineLine> {
  const plain = { run: '', event: null, at: at.toISOString(), details: {} }
  return { at, id: unavailable, view: lineOf({ type: 'ENGINE_UNAVAILABLE', ...plain }) }
}

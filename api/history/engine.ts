import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { z } from 'zod'
import { Words } from '../words.ts'
import { engineEvents, markOf, type Told } from './engine-events.ts'
import type { Engines } from './engine-runs.ts'
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
    details: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .meta({ description: 'Names, attempts, seconds, the words of a failure; never what was handed over.' }),
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
        const isSaid = place?.kind === 'engine' && place.id === unavailable
        if (!isSaid) lines.push(unavailableAt(lines.at(-1)?.at ?? place?.at ?? part.from ?? new Date(0)))
      }
      return lines
    },
  }
}

async function* linesWithin(
  engines: Engines,
  project: string,
  { part: { from, before }, place }: { part: Part; place: Place | null },
): AsyncGenerator<Line<EngineLine>> {
  for await (const told of engineEvents(engines, project, { mark: place?.mark ?? null, from })) {
    const at = new Date(told.position.atMs)
    if (before && at >= before) return
    const type = typeOf(told)
    if (!isTold(type) || (from && at < from)) continue
    const { runId: run } = told.position
    const event = 'event' in told ? Number(told.event.eventId) : null
    const details = describe(told)
    const view = {
      kind: 'engine',
      type,
      name: labelOf(type),
      run,
      event,
      at: at.toISOString(),
      details,
    } as const
    yield { at, id: told.id, view, mark: markOf(told.position) }
  }
}

function typeOf(told: Told): string {
  if ('event' in told) return nameOfType(told.event)
  if ('activity' in told) return 'PENDING_ACTIVITY'
  return 'workflowTask' in told ? 'PENDING_WORKFLOW_TASK' : 'RUN_LOST'
}

function describe(told: Told): EngineDetails {
  if ('event' in told) return detailsOf(told.event)
  if ('workflowTask' in told) return { attempt: told.workflowTask.attempt ?? 0 }
  if ('lost' in told) return {}
  const { activityType, attempt, lastFailure } = told.activity
  return { activity: activityType?.name ?? '', attempt: attempt ?? 0, ...failureWords(lastFailure) }
}

const unavailable = 'unavailable'

/** The case is shown without its engine while that does not answer; the next page asks it again. */
function unavailableAt(at: Date): Line<EngineLine> {
  const type = 'ENGINE_UNAVAILABLE'
  const plain = { run: '', event: null, at: at.toISOString(), details: {} }
  return { at, id: unavailable, view: { kind: 'engine', type, name: labelOf(type), ...plain } }
}

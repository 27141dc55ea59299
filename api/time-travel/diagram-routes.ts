import { z } from 'zod'
import type { ProjectRecord } from '../../models/index.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { mermaidOf, traceDetails } from '../../policy/diagram/trace-mermaid.ts'
import type { TraceLine } from '../../policy/diagram/trace-states.ts'
import { svgOf } from '../../policy/diagram/trace-svg.ts'
import { traceOf } from '../../policy/diagram/trace.ts'
import type { Dependencies } from '../dependencies.ts'
import { route, type Route } from '../http/route.ts'
import { At, getMoment, processOf } from './time-travel.ts'
import { Words } from '../http/words.ts'

const Days = z
  .array(z.string())
  .meta({ description: 'The days on which it was taken; none, if it never was.' })

const seen = {
  name: Words,
  times: z.int(),
  days: z.int(),
  workingDays: z.int(),
  isPresent: z.boolean(),
  stays: z.array(
    z.object({
      entered: z.string(),
      left: z.string().nullable().meta({ description: 'Null: it is still there.' }),
      days: z.int(),
      workingDays: z.int(),
    }),
  ),
}

const Way = z
  .object({
    mermaid: z.string().meta({ description: 'A stateDiagram-v2 with the trace taken.' }),
    visits: z.array(
      z.object({
        phase: z.string(),
        ...seen,
        states: z
          .array(
            z.object({
              state: z.string().meta({ example: 'construction.extensionDecision.claimed' }),
              region: z
                .string()
                .nullable()
                .meta({ description: 'Where a phase has several states at once.' }),
              path: z.array(Words).meta({ description: 'What each level of it is called, outermost first.' }),
              ...seen,
            }),
          )
          .meta({ description: 'The states within the phase, and `held` where an operator held the case.' }),
        transitions: z
          .array(z.object({ from: z.string(), to: z.string(), type: z.string(), name: Words, on: Days }))
          .meta({ description: 'The transitions that were taken between them.' }),
      }),
    ),
    arrows: z.array(
      z.object({
        from: z.string().nullable().meta({ description: 'Null: the filing.' }),
        to: z.string(),
        type: z.string(),
        name: Words,
        on: Days,
      }),
    ),
    linesLeft: z.int().meta({
      description: 'Earlier changes of state that it is not drawn from, because there are too many.',
    }),
  })
  .meta({ id: 'ProjectWay' })

/** The state diagram of a case with the trace that it has taken, as it is or as it was. */
export function diagramRoutes(deps: Dependencies): Route[] {
  return [
    route({
      method: 'get',
      path: '/projects/{id}/diagram',
      tag: 'projects',
      summary: { zh: '状态图：走过的路线', en: 'The state diagram with the trace taken' },
      params: z.strictObject({ id: z.string().min(1).max(60) }),
      query: z.strictObject({
        format: z.enum(['json', 'svg']).optional(),
        level: z.enum(traceDetails).default('state').meta({
          description: 'Drawn with the states within the phases that were visited, or phase by phase.',
        }),
        at: At.optional(),
      }),
      answer: { status: 200, schema: Way, also: 'image/svg+xml' },
      logsReads: true,
      errors: ['not-found'],
      async handle({ params: { id }, query: { format, level, at }, caller, prefers }) {
        const { record, loaded, nowMs, passed } = await getMoment(deps, id, caller, at)
        const { lines, linesLeft } = await changesOf(deps, record)
        const present = { state: record.state, today: shanghaiDate(nowMs) }
        const trace = traceOf(await processOf(deps, loaded, record), [...lines, ...passed], present)
        const headers = { vary: 'Accept' }
        const wanted = format ?? prefers('json', 'svg')
        if (wanted !== 'svg')
          return { body: { mermaid: mermaidOf(trace, level), ...trace, linesLeft }, headers }
        const title = { zh: record.state.case.application.name, en: record._id }
        return { body: svgOf(trace, title, { detail: level, linesLeft }), type: 'image/svg+xml', headers }
      },
    }),
  ]
}

/** Changes that a trace is drawn from, at most so many: the last ones. */
const mostChanges = 5_000

/** The lines up to a revision that have changed a state, or held a case; how many earlier ones there are besides. */
async function changesOf(
  { models: { history } }: Dependencies,
  { _id: project, revision }: Pick<ProjectRecord, '_id' | 'revision'>,
): Promise<{ lines: TraceLine[]; linesLeft: number }> {
  const changes = {
    project,
    revision: { $lte: revision },
    $or: [{ $expr: { $ne: ['$from', '$to'] } }, { type: { $in: ['hold', 'endHold'] as const } }],
  }
  const lines = await history
    .find(changes, { type: 1, on: 1, from: 1, to: 1 })
    .sort({ revision: -1 })
    .limit(mostChanges)
    .lean()
  const all = lines.length < mostChanges ? lines.length : await history.countDocuments(changes)
  return { lines: lines.toReversed(), linesLeft: all - lines.length }
}

import { actionsFor, findRefusal, partMeant } from '../../policy/case/actions.ts'
import { phaseOf, type Actor, type ProjectState } from '../../policy/case/case.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { timeEventAt } from '../../policy/time/deadlines.ts'
import type { EventType } from '../../policy/case/events.ts'
import { passTime, step, type Process } from '../../policy/case/lifecycle.ts'
import { addMonths } from '../../policy/time/periods.ts'
import { deedOf, formOf } from './given.ts'

/** A state that some people can bring a case to, and an instant at which it is in it. */
export type Reached = { state: ProjectState; now: number }

/** What leads nowhere: a case on which nothing else can be done stands still. */
const idle: ReadonlySet<EventType> = new Set(['urge', 'report', 'explainOverdue', 'extendTime'])

/**
 * Every state that a few people can bring a case to by what they may do, and that time brings it to when they do nothing: one of
 * each kind, by all that decides who may act next.
 */
export function reachedBy(process: Process, cast: readonly Actor[], start: Reached): Reached[] {
  const reached = new Map([[kindOf(start.state), start]])
  for (const place of reached.values()) {
    for (const next of [...byPeople(process, cast, place), ...byTime(process, place)]) {
      const kind = kindOf(next.state)
      if (!reached.has(kind)) reached.set(kind, next)
    }
  }
  return [...reached.values()]
}

/** What each of some people may do towards an end. */
export function movesOf(process: Process, cast: readonly Actor[], { state, now }: Reached) {
  return cast.flatMap((actor) =>
    actionsFor(process, state, actor, now)
      .filter((type) => !idle.has(type))
      .map((type) => ({ actor, type })),
  )
}

function byPeople(process: Process, cast: readonly Actor[], place: Reached): Reached[] {
  const { state, now } = place
  if (state.done) return []
  const on = shanghaiDate(now)
  return movesOf(process, cast, place).flatMap(({ actor, type }) => {
    const form = formOf(state.case)
    const plain = deedOf(type, form)
    const later = addMonths(form.completeOn, form.completeOn < on ? 11 : 1)
    const event = plain.type === 'requestExtension' ? { ...plain, completeOn: later } : plain
    if (findRefusal(process, state, event, actor, now)) return []
    const meant = { ...event, ...partMeant(process, state, event, actor, now), by: actor }
    return [{ state: step(process, state, meant, now).state, now }]
  })
}

function byTime(process: Process, { state, now }: Reached): Reached[] {
  const instants = state.deadlines.filter(({ part }) => part === null).map(timeEventAt)
  const next = Math.min(...instants)
  if (state.done || next === Infinity) return []
  const at = Math.max(now, next)
  return [{ state: passTime(process, state, at).at(-1)?.state ?? state, now: at }]
}

function kindOf({ value, done, case: kept, deadlines }: ProjectState): string {
  if (done) return phaseOf(value)
  const { assignments, decisions, extended, supervision, application } = kept
  const { request, extensions = [], completed, decidedOn } = supervision ?? {}
  const regions = typeof value === 'string' ? value : Object.values(value)[0]
  const place = typeof regions === 'object' && 'construction' in regions ? regions['construction'] : value
  const decided = new Set(decisions.map(({ stage, user }) => `${stage}:${user}`))
  const late = deadlines.filter(({ part, overdue }) => part === null && overdue).map(({ task }) => task)
  return JSON.stringify([
    [place, assignments, [...decided].toSorted(), extended, application.category],
    [request?.kind, request?.by, request?.late, request && 'waiting' in request],
    [extensions.length, completed !== null, decidedOn !== undefined, late],
  ])
}

import type { Application, Enterprise } from '../../policy/edition/application.ts'
import { phaseOf, type Actor, type CaseEvent, type ProjectState } from '../../policy/case/case.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import { eventTypes, type EventType } from '../../policy/case/events.ts'
import { file, possibleIn, step, type Effect, type Process } from '../../policy/case/lifecycle.ts'
import { type Supervision } from '../../policy/stages/supervision/kept.ts'
import { deedOf, formOf } from './given.ts'
import { supervisionOf, type AProject } from '../fixtures.ts'

/** Forms that an application can take, by name: those that an edition treats differently. */
export type Forms = Record<string, Application>

/** One path through an edition: what was done, how it ended, what was to be done outside, and the instant at its end. */
export type WalkedPath = { events: string[]; states: ProjectState[]; effects: Effect[]; now: number }

/** An event with a name of its own, in which it differs from another of its type; where time does it, the instant of it. */
type Deed = { name: string; event: CaseEvent; from?: number }

/** What tells one place on a path from another. */
type KeyOf = (state: ProjectState) => string

/** An instant of the day on which a form begins to be built: what is reported as done then is not in the future. */
export function walkingTime(forms: Forms): number {
  const days: string[] = Object.values(forms).map((form) => (form as AProject).startOn)
  return endOfDay(days.toSorted().at(-1) ?? '') - 1
}

/** Every path from a filing to an end or a certificate on which nothing happens twice in the same circumstances. */
export function simplePaths(process: Process, enterprise: Enterprise, forms: Forms): WalkedPath[] {
  const isOver = (state: ProjectState) => state.done || isCertified(process, state)
  return openings(process, enterprise, forms).flatMap((path) =>
    goOn(process, forms, path, { isOver, keyOf: placeInReview }),
  )
}

/**
 * Every path from the certificate to an end, or to a later date (from which it goes on as from the certificate), on which
 * nothing happens twice. Reports are left out: they go on beside.
 */
export function supervisedPaths(process: Process, enterprise: Enterprise, forms: Forms): WalkedPath[] {
  const path = simplePaths(process, enterprise, forms).find(({ states }) =>
    states.some((state) => isCertified(process, state)),
  )
  if (!path) return []
  const start = { events: [], states: path.states.slice(-1), effects: [], now: path.now }
  return goOn(process, forms, start, { isOver: isOverOrLater, keyOf: placeInSupervision })
}

const isOverOrLater = ({ done, case: { supervision } }: ProjectState) => done || isExtended(supervision)

/** Every state that can be reached, one of each kind: by all that decides what may be done in it. */
export function reachableStates(process: Process, enterprise: Enterprise, forms: Forms): ProjectState[] {
  const reached = new Map(
    openings(process, enterprise, forms).flatMap(({ states, now }) =>
      states.map((state) => [kindOf(state), { state, now }] as const),
    ),
  )
  for (const { state, now } of reached.values()) {
    for (const { event, from = now } of deedsFrom(process, forms, state)) {
      const at = Math.max(now, from)
      const next = step(process, state, event, at).state
      if (!reached.has(kindOf(next)) && !isTooFar(process, next))
        reached.set(kindOf(next), { state: next, now: at })
    }
  }
  return [...reached.values()].map(({ state }) => state)
}

/** Everything that can happen in a state: whoever may do it, and time. */
function deedsFrom(process: Process, forms: Forms, state: ProjectState): Deed[] {
  if (state.done) return []
  const ofPeople = eventTypes.flatMap((type) => deedsOfType(process, forms, state, type))
  const ofTime = state.deadlines.flatMap(({ task, part, dueOn, overdue, lapsesOn }): Deed[] => {
    if (lapsesOn) return [{ name: 'lapse', event: { type: 'lapse', task, part } }]
    const deed = { name: `overdue ${task}`, event: { type: 'overdue', task, part } } as const
    // Reports go on beside.
    return overdue ? [] : [part === null ? { ...deed, from: endOfDay(dueOn) } : deed]
  })
  const hasArrow = possibleIn(process, state)
  return [...ofPeople.filter(({ event }) => hasArrow(event)), ...ofTime]
}

function deedsOfType(process: Process, forms: Forms, state: ProjectState, type: EventType): Deed[] {
  const by = { user: `who decides ${phaseOf(state.value)}`, role: '' }
  const plain = { ...deedOf(type, formOf(state.case)), by }
  if (plain.type === 'resubmit' || plain.type === 'amend') {
    return Object.entries(forms).map(([name, application]) => ({
      name: `${type} ${name}`,
      event: { ...plain, application },
    }))
  }
  if (plain.type === 'requestRevocation') {
    return askers(process).map((asker) => ({
      name: `${type} by ${asker.user}`,
      event: { ...plain, by: asker },
    }))
  }
  const asker = { user: 'filer', role: supervisionOf(process.edition)?.by[0] ?? '' }
  return [{ name: type, event: type === 'requestExtension' ? { ...plain, by: asker } : plain }]
}

/** Who asks for a revocation as an officer. */
export const officer = 'an officer'

/** Who may ask for a revocation: the holder, and an officer who then does not decide it. */
function askers({ edition }: Process): Actor[] {
  const stage = supervisionOf(edition)
  return [
    { user: 'filer', role: stage?.by[0] ?? '' },
    { user: officer, role: stage?.officers[0] ?? '' },
  ]
}

type Walk = { isOver: (state: ProjectState) => boolean; keyOf: KeyOf }

function openings(process: Process, enterprise: Enterprise, forms: Forms): WalkedPath[] {
  return Object.entries(forms).map(([name, application]) => {
    const by = { user: 'filer', role: '' }
    const now = walkingTime(forms)
    const { state } = file(process, { application, enterprise, by }, now)
    return { events: [`file ${name}`], states: [state], effects: [], now }
  })
}

function goOn(process: Process, forms: Forms, path: WalkedPath, walk: Walk): WalkedPath[] {
  const state = path.states.at(-1)
  if (!state || walk.isOver(state)) return [path]
  const visited = new Set(path.states.map(walk.keyOf))
  return deedsFrom(process, forms, state).flatMap(({ name, event, from = path.now }) => {
    const now = Math.max(path.now, from)
    const next = step(process, state, event, now)
    if (visited.has(walk.keyOf(next.state))) return []
    const effects = [...path.effects, ...next.effects]
    const longer = { events: [...path.events, name], states: [...path.states, next.state], effects, now }
    return goOn(process, forms, longer, walk)
  })
}

export function isCertified({ edition }: Process, { value }: ProjectState): boolean {
  return supervisionOf(edition)?.id === phaseOf(value)
}

const isExtended = (supervision: Supervision | undefined) => (supervision?.extensions.length ?? 0) > 0

/** Has moved its date more often than it may. */
function isTooFar({ edition }: Process, { case: { supervision } }: ProjectState): boolean {
  return (supervision?.extensions.length ?? 0) > (supervisionOf(edition)?.extension?.atMost ?? 0)
}

function placeInReview({ value, case: { application } }: ProjectState): string {
  return JSON.stringify([value, application.totalInvestment, application.category])
}

function placeInSupervision({ value, case: { supervision } }: ProjectState): string {
  const regions = typeof value === 'string' ? value : Object.values(value)[0]
  const construction = typeof regions === 'object' ? regions['construction'] : regions
  return JSON.stringify([construction, supervision?.request?.by, supervision?.extensions.length])
}

function kindOf(state: ProjectState): string {
  const { application, extended, supervision } = state.case
  if (state.done) return JSON.stringify(state.value)
  if (!supervision) {
    return JSON.stringify([state.value, application.totalInvestment, application.category, extended])
  }
  const { request, extensions } = supervision
  return JSON.stringify([state.value, request?.kind, request?.by, extensions.length])
}

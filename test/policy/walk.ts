import type { Application, Enterprise } from '../../policy/application.ts'
import { eventTypes } from '../../policy/actions.ts'
import { phaseOf, type CaseEvent, type ProjectState } from '../../policy/case.ts'
import { file, isPossible, step, type Effect, type Process } from '../../policy/lifecycle.ts'
import { deedOf } from './given.ts'

/** Forms that an application can take, by name: those that an edition treats differently. */
export type Forms = Record<string, Application>

/** One way through an edition: what was done, how it ended, what was to be done outside. */
export type Way = { deeds: string[]; states: ProjectState[]; effects: Effect[] }

type Deed = { name: string; event: CaseEvent }

const now = Date.UTC(2021, 2, 1)

/** Every way from a filing to an end on which nothing happens twice in the same circumstances. */
export function simpleWays(process: Process, enterprise: Enterprise, forms: Forms): Way[] {
  return Object.entries(forms).flatMap(([name, application]) => {
    const by = { user: 'filer', role: '' }
    const { state } = file(process, { application, enterprise, by }, now)
    return goOn(process, forms, { deeds: [`file ${name}`], states: [state], effects: [] })
  })
}

/** Every state that can be reached, one of each kind: by state, form of the application and approvals. */
export function reachableStates(process: Process, enterprise: Enterprise, forms: Forms): ProjectState[] {
  const states = simpleWays(process, enterprise, forms).flatMap((way) => way.states)
  return [...new Map(states.map((state) => [serialise(state), state])).values()]
}

function goOn(process: Process, forms: Forms, way: Way): Way[] {
  const state = way.states.at(-1)
  if (!state || state.done) return [way]
  const visited = new Set(way.states.map(serialise))
  return deedsFrom(process, forms, state).flatMap(({ name, event }) => {
    const next = step(process, state, event, now)
    if (visited.has(serialise(next.state))) return []
    const effects = [...way.effects, ...next.effects]
    return goOn(process, forms, { deeds: [...way.deeds, name], states: [...way.states, next.state], effects })
  })
}

function deedsFrom(process: Process, forms: Forms, state: ProjectState): Deed[] {
  const by = { user: `who decides ${phaseOf(state.value)}`, role: '' }
  const deeds = eventTypes.flatMap((type): Deed[] => {
    if (type !== 'resubmit') return [{ name: type, event: { ...deedOf(type, state.case.application), by } }]
    return Object.entries(forms).map(([name, application]) => ({
      name: `${type} ${name}`,
      event: { type, application, by },
    }))
  })
  const lapse: Deed = { name: 'lapse', event: { type: 'lapse', task: phaseOf(state.value), period: null } }
  return [...deeds, lapse].filter(({ event }) => isPossible(process, state, event))
}

function serialise({ value, case: { application, approvals } }: ProjectState): string {
  return JSON.stringify([value, application.totalInvestment, application.category, approvals])
}

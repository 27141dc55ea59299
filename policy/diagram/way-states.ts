import type { StateValue } from 'xstate'
import type { HistoryEntry } from '../case/case.ts'
import type { Edition, Stage, Words } from '../edition/edition.ts'
import { routesOf } from '../case/machine.ts'
import { phaseOf } from '../case/phase.ts'
import { nameOfState } from '../case/places.ts'
import { kindOf } from '../stages/index.ts'
import type { StageState } from '../stages/kind.ts'

/** A state within a stage: its path in dots, and of which region it is, if the stage has several at once. */
export type InnerState = { state: string; region: string | null; name: Words }

/** That an operator holds a case is no state of the machine, and a place in its life all the same. */
export const held: InnerState = { state: 'held', region: null, name: { zh: '暂停办理', en: 'held' } }

/** The states within a stage, in its order; none of a stage that is but one. */
export function statesOf(edition: Edition, stage: Stage): InnerState[] {
  const state = kindOf(stage).state(stage, routesOf(edition))
  const isParallel = state.type === 'parallel'
  return leavesOf(state).map((path) => ({
    state: path.join('.'),
    region: isParallel ? (path[0] ?? null) : null,
    name: nameOfState(path),
  }))
}

function leavesOf({ states = {} }: StageState): string[][] {
  return Object.entries(states).flatMap(([name, state]) => {
    const inner = leavesOf(state)
    return inner.length === 0 ? [[name]] : inner.map((path) => [name, ...path])
  })
}

/** Where a case is: its phase, and the states within it. */
export function placesIn(value: StateValue, isHeld: boolean): { phase: string; states: string[] } {
  const states = typeof value === 'string' ? [] : Object.values(value).flatMap(pathsIn)
  return { phase: phaseOf(value), states: isHeld ? [...states, held.state] : states }
}

function pathsIn(value: StateValue | undefined): string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner).map((path) => `${name}.${path}`))
}

/** What is asked of a line of the history. */
export type Footstep = Pick<HistoryEntry, 'type' | 'on' | 'from' | 'to'>

/** A line as a step from places to places. */
export type Move = Pick<HistoryEntry, 'type' | 'on'> & {
  from: ReturnType<typeof placesIn> | null
  to: ReturnType<typeof placesIn>
}

/** Lines as moves, with who is held meanwhile. */
export function movesOf(lines: readonly Footstep[]): Move[] {
  let isHeld = false
  return lines.map(({ type, on, from, to }) => {
    const before = from === null ? null : placesIn(from, isHeld)
    if (type === 'hold') isHeld = true
    if (type === 'endHold' || before?.phase !== phaseOf(to)) isHeld = false
    return { type, on, from: before, to: placesIn(to, isHeld) }
  })
}

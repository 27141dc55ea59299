import type { StateValue } from 'xstate'
import type { HistoryEntry } from '../case/case.ts'
import type { Edition, Stage, Words } from '../edition/edition.ts'
import { statesUnder } from '../case/routes.ts'
import { phaseOf } from '../case/phase.ts'
import { nameOfState, nameOfStateKey } from '../case/state-names.ts'
import type { StageState } from '../stages/kind.ts'

/** A state within a stage: its path in dots, of which region it is, if the stage has several at once, and what each of the path is called. */
export type InnerState = { state: string; region: string | null; name: Words; path: Words[] }

/** That an operator holds a case is no state of the machine, and drawn as one all the same. */
const heldWords = { zh: '暂停办理', en: 'held' }
export const held: InnerState = { state: 'held', region: null, name: heldWords, path: [heldWords] }

/** Tells the states within a stage of an edition, in its order; none of a stage that is but one. */
export function innerStatesUnder(edition: Edition): (stage: Stage) => InnerState[] {
  const statesOf = statesUnder(edition)
  return (stage) => {
    const state = statesOf(stage)
    const isParallel = state.type === 'parallel'
    return leavesOf(state).map((path) => ({
      state: path.join('.'),
      region: isParallel ? (path[0] ?? null) : null,
      name: nameOfState(edition, path),
      path: path.map((name) => nameOfStateKey(edition, name)),
    }))
  }
}

function leavesOf({ states = {} }: StageState): string[][] {
  return Object.entries(states).flatMap(([name, state]) => {
    const inner = leavesOf(state)
    return inner.length === 0 ? [[name]] : inner.map((path) => [name, ...path])
  })
}

/** Where a case is: its phase, and the states within it. */
export function positionOf(value: StateValue, isHeld: boolean): { phase: string; states: string[] } {
  const states = typeof value === 'string' ? [] : Object.values(value).flatMap(pathsIn)
  return { phase: phaseOf(value), states: isHeld ? [...states, held.state] : states }
}

function pathsIn(value: StateValue | undefined): string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner).map((path) => `${name}.${path}`))
}

/** What is asked of a line of the history. */
export type TraceLine = Pick<HistoryEntry, 'type' | 'on' | 'from' | 'to'>

/** A line as a move from a position to another. */
export type Move = Pick<HistoryEntry, 'type' | 'on'> & {
  from: ReturnType<typeof positionOf> | null
  to: ReturnType<typeof positionOf>
}

/** Lines as moves, with who is held meanwhile. */
export function movesOf(lines: readonly TraceLine[]): Move[] {
  let isHeld = false
  return lines.map(({ type, on, from, to }) => {
    const before = from === null ? null : positionOf(from, isHeld)
    if (type === 'hold') isHeld = true
    if (type === 'endHold' || before?.phase !== phaseOf(to)) isHeld = false
    return { type, on, from: before, to: positionOf(to, isHeld) }
  })
}

import { countDays } from '../time/calendar.ts'
import type { HistoryEntry, ProjectState } from '../case/case.ts'
import { arrowsOf } from './diagram.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { eventLabels } from '../case/labels.ts'
import {
  held,
  movesOf,
  positionOf,
  innerStatesUnder,
  type TraceLine,
  type InnerState,
  type Move,
} from './trace-states.ts'
import { calendarOf, type DeadlineContext } from '../time/deadline-context.ts'

/** One stay in a phase or a state: the days on which it was entered and left (null: still there), and how long it took. */
export type Stay = { entered: string; left: string | null; days: number; workingDays: number }

/** How often and how long a case has been in a phase or a state, in calendar days and working days. */
export type VisitTotals = {
  name: Words
  times: number
  days: number
  workingDays: number
  isPresent: boolean
  stays: Stay[]
}

/** A state within a phase, with the stays of a case. */
export type StateVisit = InnerState & VisitTotals

/** A phase of an edition, with the stays of a case; the states within it, and the transitions between them. */
export type Visit = VisitTotals & { phase: string; states: StateVisit[]; transitions: StateTransition[] }

/** A transition between two states of a phase, and the days on which it was taken. */
export type StateTransition = {
  from: string
  to: string
  type: HistoryEntry['type']
  name: Words
  on: string[]
}

/** A transition between phases, and the days on which a case has taken it; from null, the filing. */
export type PhaseTransition = Omit<StateTransition, 'from'> & { from: string | null }

/** The trace of a case through its edition: every phase and every arrow in the edition's order, taken or not. */
export type Trace = { visits: Visit[]; arrows: PhaseTransition[] }

/** Where a case is, and on which day; a stay that goes on counts to it. */
export type Present = { state: Pick<ProjectState, 'value' | 'held'>; today: string }

/** Reads the trace of a case off its lines, first things first; where it is now is said by its state. */
export function traceOf(
  context: DeadlineContext,
  lines: readonly TraceLine[],
  { state: { value, held: hold }, today }: Present,
): Trace {
  const moves = movesOf(lines)
  const present = positionOf(value, hold !== undefined)
  const { stages, ends } = context.edition
  const innerStatesOf = innerStatesUnder(context.edition)
  const visits = [...stages, ...ends].map(({ id, zh, en }): Visit => {
    const stage = stages.find((each) => each.id === id)
    const calendar = calendarOf(context, stage?.by ?? [])
    const seen = (isAt: (position: Move['to']) => boolean): Omit<VisitTotals, 'name'> => {
      const stays = spansOf(moves, isAt).map(([entered, left]): Stay => {
        // Nothing is spent in an end.
        const until = stage ? (left ?? today) : entered
        const length = (unit: 'calendarDays' | 'workingDays') => countDays(calendar, unit, entered, until)
        return { entered, left, days: length('calendarDays'), workingDays: length('workingDays') }
      })
      return { ...sumsOf(stays), isPresent: isAt(present), stays }
    }
    const inner = stage ? [held, ...innerStatesOf(stage)] : []
    const states = inner
      .map((each) => ({
        ...each,
        ...seen(({ phase, states: now }) => phase === id && now.includes(each.state)),
      }))
      .filter(({ state, times }) => state !== held.state || times > 0)
    const transitions = transitionsIn(moves, id, states)
    return { phase: id, name: { zh, en }, ...seen(({ phase }) => phase === id), states, transitions }
  })
  return { visits, arrows: arrowsTaken(context.edition, moves) }
}

/** From when to when a case was somewhere; null: it still is. What began before the first line is not told. */
function spansOf(
  moves: readonly Move[],
  isAt: (position: Move['to']) => boolean,
): [entered: string, left: string | null][] {
  const spans: [string, string | null][] = []
  let entered: string | null = null
  for (const { on, from, to } of moves) {
    const isHere = isAt(to)
    if (isHere && !(from !== null && isAt(from))) entered = on
    if (isHere || entered === null) continue
    spans.push([entered, on])
    entered = null
  }
  return entered === null ? spans : [...spans, [entered, null]]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function sumsOf(stays: readonly Stay[]) {
  return {
    times: stays.length,
    days: sum(stays.map(({ days }) => days)),
    workingDays: sum(stays.map(({ workingDays }) => workingDays)),
  }
}

/** The transitions between the states of a phase, in the order in which they were first taken. */
function transitionsIn(
  moves: readonly Move[],
  phase: string,
  states: readonly InnerState[],
): StateTransition[] {
  const regionOf = (state: string) => states.find((each) => each.state === state)?.region
  const transitions = new Map<string, StateTransition>()
  for (const { type, on, from, to } of moves) {
    if (from?.phase !== phase || to.phase !== phase) continue
    for (const entered of to.states.filter((state) => !from.states.includes(state))) {
      const left = from.states.find(
        (state) => !to.states.includes(state) && regionOf(state) === regionOf(entered),
      )
      if (left === undefined) continue
      const key = `${left} ${entered} ${type}`
      const known = transitions.get(key) ?? { from: left, to: entered, type, name: eventLabels[type], on: [] }
      transitions.set(key, { ...known, on: [...known.on, on] })
    }
  }
  return [...transitions.values()]
}

type PhaseArrow = Pick<PhaseTransition, 'from' | 'to' | 'type'>

function arrowsTaken(edition: Edition, moves: readonly Move[]): PhaseTransition[] {
  return possibleArrows(edition).map((arrow) => ({
    ...arrow,
    name: eventLabels[arrow.type],
    on: moves
      .filter(({ from, to, type }) => isSame({ from: from?.phase ?? null, to: to.phase, type }, arrow))
      .map(({ on }) => on),
  }))
}

function isSame(arrow: PhaseArrow, { from, to, type }: PhaseArrow): boolean {
  return arrow.from === from && arrow.to === to && arrow.type === type
}

/** The filing, and each arrow of the edition once, under whatever condition. */
function possibleArrows(edition: Edition): PhaseArrow[] {
  const filing: PhaseArrow = { from: null, to: edition.stages[0]?.id ?? '', type: 'file' }
  const arrows = arrowsOf(edition).map(({ from, to, type }): PhaseArrow => ({ from, to, type }))
  return [filing, ...arrows.filter((arrow, at) => arrows.findIndex((other) => isSame(other, arrow)) === at)]
}

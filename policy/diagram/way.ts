import { countDays } from '../time/calendar.ts'
import type { HistoryEntry, ProjectState } from '../case/case.ts'
import { arrowsOf } from './diagram.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { eventLabels } from '../case/labels.ts'
import { held, movesOf, placesIn, statesOf, type Footstep, type InnerState, type Move } from './way-states.ts'
import { calendarOf, type Timekeeper } from '../time/timekeeper.ts'

/** One stay at a place: the days on which it was entered and left (null: still there), and how long it took. */
export type Stay = { entered: string; left: string | null; days: number; workingDays: number }

/** What a case has seen of a place, in calendar days and working days. */
export type Seen = {
  name: Words
  times: number
  days: number
  workingDays: number
  isPresent: boolean
  stays: Stay[]
}

/** A state within a phase and what a case has seen of it. */
export type StateVisit = InnerState & Seen

/** A phase of an edition and what a case has seen of it; the states within it, and the ways taken between them. */
export type Visit = Seen & { phase: string; states: StateVisit[]; steps: Step[] }

/** A way that was taken between two states of a phase, and on which days. */
export type Step = { from: string; to: string; type: HistoryEntry['type']; name: Words; on: string[] }

/** A way between phases, and the days on which a case has taken it; from null, the filing. */
export type Walked = Omit<Step, 'from'> & { from: string | null }

/** The way of a case through its edition: every phase and every arrow in the edition's order, taken or not. */
export type Way = { visits: Visit[]; arrows: Walked[] }

/** Where a case is, and on which day; a stay that goes on counts to it. */
export type Present = { state: Pick<ProjectState, 'value' | 'held'>; today: string }

/** Reads the way of a case off its lines, first things first; where it is now is said by its state. */
export function wayOf(
  keeper: Timekeeper,
  lines: readonly Footstep[],
  { state: { value, held: hold }, today }: Present,
): Way {
  const moves = movesOf(lines)
  const present = placesIn(value, hold !== undefined)
  const { stages, ends } = keeper.edition
  const visits = [...stages, ...ends].map(({ id, zh, en }): Visit => {
    const stage = stages.find((each) => each.id === id)
    const calendar = calendarOf(keeper, stage?.by ?? [])
    const seen = (isAt: (places: Move['to']) => boolean): Omit<Seen, 'name'> => {
      const stays = spansOf(moves, isAt).map(([entered, left]): Stay => {
        // Nothing is spent in an end.
        const until = stage ? (left ?? today) : entered
        const length = (unit: 'calendarDays' | 'workingDays') => countDays(calendar, unit, entered, until)
        return { entered, left, days: length('calendarDays'), workingDays: length('workingDays') }
      })
      return { ...sumsOf(stays), isPresent: isAt(present), stays }
    }
    const inner = stage ? [held, ...statesOf(keeper.edition, stage)] : []
    const states = inner
      .map((each) => ({
        ...each,
        ...seen(({ phase, states: now }) => phase === id && now.includes(each.state)),
      }))
      .filter(({ state, times }) => state !== held.state || times > 0)
    const steps = stepsIn(moves, id, states)
    return { phase: id, name: { zh, en }, ...seen(({ phase }) => phase === id), states, steps }
  })
  return { visits, arrows: arrowsTaken(keeper.edition, moves) }
}

/** From when to when a case was at a place; null: it still is. What began before the first line is not told. */
function spansOf(
  moves: readonly Move[],
  isAt: (places: Move['to']) => boolean,
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

/** The ways taken between the states of a phase, in the order in which they were first taken. */
function stepsIn(moves: readonly Move[], phase: string, states: readonly InnerState[]): Step[] {
  const regionOf = (state: string) => states.find((each) => each.state === state)?.region
  const steps = new Map<string, Step>()
  for (const { type, on, from, to } of moves) {
    if (from?.phase !== phase || to.phase !== phase) continue
    for (const entered of to.states.filter((state) => !from.states.includes(state))) {
      const left = from.states.find(
        (state) => !to.states.includes(state) && regionOf(state) === regionOf(entered),
      )
      if (left === undefined) continue
      const key = `${left} ${entered} ${type}`
      const known = steps.get(key) ?? { from: left, to: entered, type, name: eventLabels[type], on: [] }
      steps.set(key, { ...known, on: [...known.on, on] })
    }
  }
  return [...steps.values()]
}

type Arrow = Pick<Walked, 'from' | 'to' | 'type'>

function arrowsTaken(edition: Edition, moves: readonly Move[]): Walked[] {
  return possibleArrows(edition).map((arrow) => ({
    ...arrow,
    name: eventLabels[arrow.type],
    on: moves
      .filter(({ from, to, type }) => isSame({ from: from?.phase ?? null, to: to.phase, type }, arrow))
      .map(({ on }) => on),
  }))
}

function isSame(arrow: Arrow, { from, to, type }: Arrow): boolean {
  return arrow.from === from && arrow.to === to && arrow.type === type
}

/** The filing, and each way of the edition once, under whatever condition. */
function possibleArrows(edition: Edition): Arrow[] {
  const filing: Arrow = { from: null, to: edition.stages[0]?.id ?? '', type: 'file' }
  const ways = arrowsOf(edition).map(({ from, to, type }): Arrow => ({ from, to, type }))
  return [filing, ...ways.filter((way, at) => ways.findIndex((other) => isSame(other, way)) === at)]
}

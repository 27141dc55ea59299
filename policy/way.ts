import { countDays } from './calendar.ts'
import { phaseOf, type HistoryEntry } from './case.ts'
import { calendarOf, type Timekeeper } from './deadlines.ts'
import { arrowsOf } from './diagram.ts'
import type { Edition, Words } from './edition.ts'
import { eventLabels } from './labels.ts'

/** One stay in a phase: the days on which it was entered and left (null: still there), and how long it took. */
export type Stay = { entered: string; left: string | null; days: number; workingDays: number }

/** A phase of an edition and what a case has seen of it, in calendar days and working days. */
export type Visit = {
  phase: string
  name: Words
  times: number
  days: number
  workingDays: number
  isPresent: boolean
  stays: Stay[]
}

/** A way between phases, and the days on which a case has taken it; from null, the filing. */
export type Walked = {
  from: string | null
  to: string
  type: HistoryEntry['type']
  name: Words
  on: string[]
}

/** The way of a case through its edition: every phase and every arrow in the edition's order, taken or not. */
export type Way = { visits: Visit[]; arrows: Walked[] }

/** What is asked of a line of the history. */
export type Footstep = Pick<HistoryEntry, 'type' | 'on' | 'from' | 'to'>

/** Reads the way of a case off its lines, first things first; a stay that goes on counts to a day. */
export function wayOf(keeper: Timekeeper, lines: readonly Footstep[], today: string): Way {
  const moves = lines.flatMap(({ type, on, from, to }) => {
    const move = { type, on, from: from === null ? null : phaseOf(from), to: phaseOf(to) }
    return move.from === move.to ? [] : [move]
  })
  const { stages, ends } = keeper.edition
  const visits = [...stages, ...ends].map(({ id, zh, en }): Visit => {
    const stays = staysIn(keeper, id, moves, today)
    return {
      phase: id,
      name: { zh, en },
      times: stays.length,
      days: sum(stays.map(({ days }) => days)),
      workingDays: sum(stays.map(({ workingDays }) => workingDays)),
      isPresent: moves.at(-1)?.to === id,
      stays,
    }
  })
  const arrows = possibleMoves(keeper.edition).map((way) => ({
    ...way,
    name: eventLabels[way.type],
    on: moves.filter((move) => isSame(move, way)).map(({ on }) => on),
  }))
  return { visits, arrows }
}

type Move = { from: string | null; to: string; type: HistoryEntry['type'] }

function isSame(move: Move, { from, to, type }: Move): boolean {
  return move.from === from && move.to === to && move.type === type
}

/** The filing, and each way of the edition once, under whatever condition. */
function possibleMoves(edition: Edition): Move[] {
  const filing: Move = { from: null, to: edition.stages[0]?.id ?? '', type: 'file' }
  const ways = arrowsOf(edition).map(({ from, to, type }): Move => ({ from, to, type }))
  return [filing, ...ways.filter((way, at) => ways.findIndex((other) => isSame(other, way)) === at)]
}

function staysIn(
  keeper: Timekeeper,
  phase: string,
  moves: readonly (Move & { on: string })[],
  today: string,
): Stay[] {
  const stage = keeper.edition.stages.find(({ id }) => id === phase)
  const calendar = calendarOf(keeper, stage?.by ?? [])
  return moves.flatMap(({ to, on: entered }, at) => {
    if (to !== phase) return []
    const left = moves[at + 1]?.on ?? null
    // Nothing is spent in an end.
    const until = stage ? (left ?? today) : entered
    const length = (unit: 'calendarDays' | 'workingDays') => countDays(calendar, unit, entered, until)
    return [{ entered, left, days: length('calendarDays'), workingDays: length('workingDays') }]
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

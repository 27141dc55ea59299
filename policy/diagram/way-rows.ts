import type { Words } from '../edition/edition.ts'
import { wordsOf } from '../case/places.ts'
import { fit, text } from './svg.ts'
import { standingOf, statesDrawn, type Standing, type WayLevel } from './way-mermaid.ts'
import { drawTrack, tracksOf, type Rails, type Track } from './way-tracks.ts'
import { held } from './way-states.ts'
import type { Seen, StateVisit, Stay, Visit } from './way.ts'

/** A line within the frame of a phase: the name of what the next ones belong to, or a state. */
export type Row = { y: number; height: number; words: Words; depth: number; visit: StateVisit | null }

const seenHeight = 33
const neverHeight = 20
const headingHeight = 19
const gap = 6

/** What a way looks like at a place. */
export const fills = {
  visited: 'fill="#d7e8f7" stroke="#1f5f99"',
  current: 'fill="#1f5f99" stroke="#10263a" stroke-width="2"',
  never: 'fill="#ffffff" stroke="#9aa5b1" stroke-dasharray="4 3"',
} satisfies Record<Standing, string>

/** What is written on it. */
export const inks = { visited: '#10263a', current: '#ffffff', never: '#5c6773' } satisfies Record<
  Standing,
  string
>

/** The rows of a phase from a height on: each state, under the names of what it belongs to. */
export function rowsOf(visit: Visit, level: WayLevel, top: number): Row[] {
  const rows: Row[] = []
  let y = top
  let above: string[] = []
  const add = (height: number, row: Omit<Row, 'y' | 'height'>) => {
    rows.push({ ...row, y, height })
    y += height + gap
  }
  for (const each of leavesFirst(statesDrawn(visit, level))) {
    const path = each.state.split('.')
    const names = path.slice(0, -1)
    for (const [depth, name] of names.entries())
      if (above.slice(0, depth + 1).join('.') !== names.slice(0, depth + 1).join('.'))
        add(headingHeight, { words: wordsOf(name), depth, visit: null })
    above = names
    const words = each.state === held.state ? held.name : wordsOf(path.at(-1) ?? '')
    add(each.times > 0 || each.isPresent ? seenHeight : neverHeight, {
      words,
      depth: names.length,
      visit: each,
    })
  }
  return rows
}

const depthOf = ({ state }: StateVisit) => state.split('.').length

/** A state of a region stands before those that have states within them, or it would be read as one of theirs. */
function leavesFirst(states: readonly StateVisit[]): StateVisit[] {
  const regions = [...new Set(states.map(({ region }) => region))]
  return regions.flatMap((region) =>
    states.filter((each) => each.region === region).toSorted((a, b) => depthOf(a) - depthOf(b)),
  )
}

/** The ways that were taken between the states of a phase. */
export function innerTracksOf({ steps }: Visit, rows: readonly Row[]): Track[] {
  const placeOf = (state: string) => rows.findIndex(({ visit }) => visit?.state === state)
  return tracksOf(
    steps.flatMap(({ from, to, ...walked }) => {
      const pair = { from: placeOf(from), to: placeOf(to), walked: [walked] }
      return pair.from < 0 || pair.to < 0 ? [] : [pair]
    }),
  )
}

/** Draws the states of a phase, and what led from one to another. */
export function drawRows(rows: readonly Row[], tracks: readonly Track[], rails: Rails): string[] {
  const nameAt = (at: number) => rows[at]?.visit?.name.zh ?? ''
  return [
    ...tracks.map((track) => {
      const ways = track.walked.map(
        ({ name, on }) => `${name.zh} ${name.en} ×${on.length}（${on.join('、')}）`,
      )
      return drawTrack(track, rows, rails, `${nameAt(track.from)} → ${nameAt(track.to)}：${ways.join('；')}`)
    }),
    ...rows.map((row) => drawRow(row, rails)),
  ]
}

function drawRow({ y, height, words: { zh, en }, visit }: Row, { left, right }: Rails): string {
  if (!visit)
    return text(left, y + 14, `${zh} ${en}`, { size: 11, ink: '#5c6773', bold: true, anchor: 'start' })
  const standing = standingOf(visit)
  const ink = inks[standing]
  const mark = visit.times > 1 ? ` ×${visit.times}` : ''
  const note = noteOf(visit)
  return [
    `<rect x="${left}" y="${y}" width="${right - left}" height="${height}" rx="5" ${fills[standing]}/>`,
    text(left + 8, y + 14, fit(`${zh} ${en}${mark}`, 34), {
      size: 11.5,
      ink,
      bold: visit.times > 0,
      anchor: 'start',
    }),
    ...(note ? [text(left + 8, y + 27, note, { size: 10, ink, anchor: 'start' })] : []),
  ].join('')
}

function noteOf({ stays, times, days }: Seen): string {
  const last = stays.at(-1)
  if (!last) return ''
  const span = last.entered === last.left ? last.entered : spanWords(last)
  return times === 1 ? `${span}，${days} 天` : `共 ${days} 天，末次 ${span}`
}

/** From when to when a stay was; a year that is the same is told once. */
export function spanWords({ entered, left }: Stay): string {
  if (left === null) return `${entered} – 今`
  return `${entered} – ${left.slice(entered.slice(0, 4) === left.slice(0, 4) ? 5 : 0)}`
}

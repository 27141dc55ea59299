import type { Words } from '../edition/edition.ts'
import { fit, textElement } from './svg.ts'
import { visitStatusOf, statesDrawn, type VisitStatus, type TraceDetail } from './trace-mermaid.ts'
import { drawEdge, edgesOf, type Rails, type Edge } from './trace-edges.ts'
import type { VisitTotals, StateVisit, Stay, Visit } from './trace.ts'

/** A line within the frame of a phase: the name of what the next ones belong to, or a state. */
export type TraceRow = { y: number; height: number; words: Words; depth: number; visit: StateVisit | null }

const seenHeight = 33
const neverHeight = 20
const headingHeight = 19
const gap = 6

/** How a phase or a state is drawn. */
export const fills = {
  visited: 'fill="#d7e8f7" stroke="#1f5f99"',
  current: 'fill="#1f5f99" stroke="#10263a" stroke-width="2"',
  never: 'fill="#ffffff" stroke="#9aa5b1" stroke-dasharray="4 3"',
} satisfies Record<VisitStatus, string>

/** What is written on it. */
export const inks = { visited: '#10263a', current: '#ffffff', never: '#5c6773' } satisfies Record<
  VisitStatus,
  string
>

/** The rows of a phase from a height on: each state, under the names of what it belongs to. */
export function rowsOf(visit: Visit, detail: TraceDetail, top: number): TraceRow[] {
  const rows: TraceRow[] = []
  let y = top
  let above: string[] = []
  const add = (height: number, row: Omit<TraceRow, 'y' | 'height'>) => {
    rows.push({ ...row, y, height })
    y += height + gap
  }
  for (const each of leavesFirst(statesDrawn(visit, detail))) {
    const path = each.state.split('.')
    const names = path.slice(0, -1)
    for (const depth of names.keys())
      if (above.slice(0, depth + 1).join('.') !== names.slice(0, depth + 1).join('.'))
        add(headingHeight, { words: each.path[depth] ?? each.name, depth, visit: null })
    above = names
    const words = each.path.at(-1) ?? each.name
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

/** The edges between the states of a phase; none, where its states are not drawn. */
export function innerEdgesOf({ transitions }: Visit, rows: readonly TraceRow[]): Edge[] {
  if (rows.length === 0) return []
  const rowOf = (state: string) => rows.findIndex(({ visit }) => visit?.state === state)
  return edgesOf(
    transitions.map(({ from, to, ...transition }) => ({
      from: rowOf(from),
      to: rowOf(to),
      transitions: [transition],
    })),
  )
}

/** Draws the states of a phase, and what led from one to another. */
export function drawRows(rows: readonly TraceRow[], edges: readonly Edge[], rails: Rails): string[] {
  const nameAt = (at: number) => rows[at]?.visit?.name.zh ?? ''
  return [
    ...edges.map((edge) => {
      const labels = edge.transitions.map(
        ({ name, on }) => `${name.zh} ${name.en} ×${on.length}（${on.join('、')}）`,
      )
      return drawEdge(edge, rows, rails, `${nameAt(edge.from)} → ${nameAt(edge.to)}：${labels.join('；')}`)
    }),
    ...rows.map((row) => drawRow(row, rails)),
  ]
}

function drawRow({ y, height, words: { zh, en }, visit }: TraceRow, { left, right }: Rails): string {
  if (!visit)
    return textElement(left, y + 14, `${zh} ${en}`, { size: 11, ink: '#5c6773', bold: true, anchor: 'start' })
  const status = visitStatusOf(visit)
  const ink = inks[status]
  const mark = visit.times > 1 ? ` ×${visit.times}` : ''
  const note = noteOf(visit)
  return [
    `<rect x="${left}" y="${y}" width="${right - left}" height="${height}" rx="5" ${fills[status]}/>`,
    textElement(left + 8, y + 14, fit(`${zh} ${en}${mark}`, 34), {
      size: 11.5,
      ink,
      bold: visit.times > 0,
      anchor: 'start',
    }),
    ...(note ? [textElement(left + 8, y + 27, note, { size: 10, ink, anchor: 'start' })] : []),
  ].join('')
}

function noteOf({ stays, times, days }: VisitTotals): string {
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

import type { Words } from '../edition/edition.ts'
import { escaped, fit, textElement } from './svg.ts'
import { visitStatusOf, type VisitStatus, type TraceDetail } from './trace-mermaid.ts'
import { drawRows, fills, inks, innerEdgesOf, rowsOf, spanWords, type TraceRow } from './trace-rows.ts'
import { drawEdge, lanesOf, edgesOf, type Edge } from './trace-edges.ts'
import type { Stay, StateTransition, Visit, PhaseTransition, Trace } from './trace.ts'

const box = { width: 244, height: 42 }
const lane = 24
/** Of the states within a phase. */
const row = { width: 206, lane: 15 }
const line = 15
const gap = 20
const top = 52
const margin = 14

const statusLabels = {
  visited: { zh: '曾经过', en: 'visited' },
  current: { zh: '当前', en: 'current' },
  never: { zh: '未经过', en: 'never' },
} satisfies Record<VisitStatus, Words>

/** A phase as it is drawn: from the top, with the lines that stand under it and the states within it. */
type PhaseBox = { visit: Visit; y: number; height: number; notes: string[]; rows: TraceRow[]; edges: Edge[] }

/** How a trace is drawn: in how much detail, and how many of its first steps are not known. */
export type Drawing = { detail: TraceDetail; linesLeft?: number }

/** Stays that are listed one by one under a phase; the others are counted. */
const staysListed = 3

/**
 * The trace of a case as a picture: phases in the order of the edition, those that were visited filled, with dates and days
 * under them and, where it is drawn in that detail, the states within them; arrows that were taken, with counts. It needs nothing
 * from outside and is read aloud by its title and description. `title` is a plain text, and escaped here.
 */
export function svgOf(trace: Trace, title: Words, { detail, linesLeft = 0 }: Drawing): string {
  const phases = phaseBoxesOf(trace.visits, detail)
  const edges = phaseEdgesOf(trace)
  const inner = insetsOf(phases)
  const boxWidth = Math.max(box.width, inner.left + row.width + inner.right)
  const left = margin + Math.max(1, lanesOf(edges, 'left')) * lane
  const right = left + boxWidth
  const width = right + margin + Math.max(1, lanesOf(edges, 'right')) * lane
  const last = phases.at(-1)
  const height = (last ? bottomOf(last) : top) + margin
  const heading = `${title.zh} · ${title.en}`
  const rails = { left, right, lane, countsOne: true }
  const spans = phases.map(({ y }) => ({ y, height: box.height }))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMin meet" role="img" aria-labelledby="title desc" font-family="system-ui, 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif">`,
    `<title id="title">${escaped(heading)}</title>`,
    `<desc id="desc">${escaped(descriptionOf(trace, detail))}</desc>`,
    arrowHead,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...headingOf(title, width / 2, linesLeft),
    ...edges.map((edge) => drawEdge(edge, spans, rails, sentenceOf(edge, phases))),
    ...phases.map((phase) => drawPhase(phase, { left, right, inner })),
    '</svg>',
  ].join('\n')
}

const arrowHead =
  '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" fill="#1f5f99"/></marker></defs>'

function headingOf({ zh, en }: Words, x: number, linesLeft: number): string[] {
  const under = linesLeft > 0 ? `较早的 ${linesLeft} 步未画出 ${linesLeft} earlier steps are not drawn` : en
  return [
    textElement(x, 24, zh, { size: 15, bold: true }),
    textElement(x, 41, under, { size: 11, ink: '#5c6773' }),
  ]
}

function phaseBoxesOf(visits: Visit[], detail: TraceDetail): PhaseBox[] {
  const phases: PhaseBox[] = []
  for (const visit of visits) {
    const before = phases.at(-1)
    const y = before ? bottomOf(before) + gap : top
    const notes = notesOf(visit)
    const inside = y + box.height + notes.length * line + 10
    const rows = rowsOf(visit, detail, inside)
    const end = rows.at(-1)
    const height = end ? end.y + end.height + 8 - y : box.height
    phases.push({ visit, y, height, notes, rows, edges: innerEdgesOf(visit, rows) })
  }
  return phases
}

function bottomOf({ y, height, notes, rows }: PhaseBox): number {
  const below = rows.length === 0 && notes.length > 0 ? notes.length * line + 4 : 0
  return y + height + below
}

/** What stands beside the rows: the lanes of the edges between them, as many as the busiest phase has. */
function insetsOf(phases: PhaseBox[]): { left: number; right: number } {
  const most = (side: 'left' | 'right') => Math.max(0, ...phases.map(({ edges }) => lanesOf(edges, side)))
  return { left: 8 + most('left') * row.lane, right: 8 + most('right') * row.lane }
}

function notesOf({ stays, times, days, workingDays }: Visit): string[] {
  const listed = stays.slice(0, staysListed).map(noteOf)
  const rest = times - listed.length
  return rest > 0 ? [...listed, `另 ${rest} 次；共 ${days} 天（${workingDays} 个工作日）`] : listed
}

function noteOf(stay: Stay): string {
  const { entered, days, workingDays } = stay
  return days === 0 ? entered : `${spanWords(stay)}  ${days} 天（${workingDays} 工作日）`
}

function phaseEdgesOf({ visits, arrows }: Trace): Edge[] {
  const indexOf = (phase: string | null) => visits.findIndex((visit) => visit.phase === phase)
  return edgesOf(
    arrows
      .filter(({ from, on }) => from !== null && on.length > 0)
      .map((transition) => ({
        from: indexOf(transition.from),
        to: indexOf(transition.to),
        transitions: [transition],
      })),
  )
}

type Sides = { left: number; right: number; inner: { left: number; right: number } }

function drawPhase(
  { visit, y, height, notes, rows, edges }: PhaseBox,
  { left, right, inner }: Sides,
): string {
  const status = visitStatusOf(visit)
  const x = (left + right) / 2
  const { zh, en } = visit.name
  const mark = visit.times > 1 ? ` ×${visit.times}` : ''
  const rails = { left: left + inner.left, right: right - inner.right, lane: row.lane, countsOne: false }
  return [
    `<g><title>${escaped(`${zh} ${en}：${statusLabels[status].zh} ${statusLabels[status].en}`)}</title>`,
    ...(rows.length > 0 ? [frame(left, y, right - left, height)] : []),
    `<rect x="${left}" y="${y}" width="${right - left}" height="${box.height}" rx="6" ${fills[status]}/>`,
    textElement(x, y + 19, `${fit(zh, 24)}${mark}`, {
      size: 14,
      ink: inks[status],
      bold: status !== 'never',
    }),
    textElement(x, y + 34, fit(en, 30), { size: 11, ink: inks[status] }),
    ...notes.map((note, at) => textElement(x, y + box.height + 14 + at * line, note, { size: 11 })),
    ...drawRows(rows, edges, rails),
    '</g>',
  ].join('')
}

function frame(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#f6f9fc" stroke="#9db7cf"/>`
}

function descriptionOf({ visits, arrows }: Trace, detail: TraceDetail): string {
  const now = visits.find(({ isPresent }) => isPresent)
  const names = new Map<string | null, string>(visits.map(({ phase, name }) => [phase, name.zh]))
  const between = arrows.map((arrow) => ({ arrow, start: names.get(arrow.from), end: names.get(arrow.to) }))
  const within = visits.flatMap(({ name, states, transitions }) => {
    const nameOf = (path: string) =>
      `${name.zh}·${states.find(({ state }) => state === path)?.name.zh ?? path}`
    return transitions.map((arrow) => ({ arrow, start: nameOf(arrow.from), end: nameOf(arrow.to) }))
  })
  const listed = [...between, ...(detail === 'state' ? within : [])]
    .filter(({ arrow: { on } }) => on.length > 0)
    .map(({ arrow, start, end }) => `${start ? `${start} → ` : ''}${end}：${takenWords(arrow)}`)
  const state = now?.states.filter(({ isPresent }) => isPresent).map(({ name }) => `${name.zh} ${name.en}`)
  const where = [`${now?.name.zh ?? ''} ${now?.name.en ?? ''}`, ...(detail === 'state' ? (state ?? []) : [])]
  return `当前 now: ${where.join('，')}。${listed.join('；')}`
}

function takenWords({ name, on }: Pick<PhaseTransition | StateTransition, 'name' | 'on'>): string {
  return `${name.zh} ${name.en} ×${on.length}（${on.join('、')}）`
}

function sentenceOf({ from, to, transitions }: Edge, phases: PhaseBox[]): string {
  const nameAt = (at: number) => phases[at]?.visit.name.zh ?? ''
  return `${nameAt(from)} → ${nameAt(to)}：${transitions.map(takenWords).join('；')}`
}

import { setImmediate as breathe } from 'node:timers/promises'
import type { Words } from '../../policy/edition/edition.ts'
import type { Cell } from './document.ts'
import { grey, leading, type Element, type Style } from './pdf-writer.ts'
import { edges, type PageLayout } from './page-layout.ts'
import type { SetLine } from './typesetting.ts'

type Table = {
  columns: { title: Words | null; share: number }[]
  rows: Cell[][]
  empty: Words | null
}
type Line = { set: SetLine; style: Style }
type ColumnArea = { x: number; width: number }

const padding = 4
const plain: Style = { size: 8.5, weight: 400 }
const strong: Style = { size: 8.5, weight: 700 }
const small: Style = { size: 6.5, weight: 400, colour: grey }
const rowsAtOnce = 50

/**
 * Draws a table; its head stands again on each page, and a row is cut only if a whole page does not hold it. pdfkit's own tables
 * repeat no head, lose what of a row a page does not hold, and write a cell in one font.
 */
export async function drawTable(layout: PageLayout, { columns, rows, empty }: Table): Promise<void> {
  if (rows.length === 0 && empty) {
    layout.text('P', `${empty.zh} · ${empty.en}`, plain)
    return
  }
  const table = layout.element('Table')
  const areas = columnAreasOf(columns)
  const head = columns.flatMap(({ title }) => title ?? [])
  const drawHead = () => {
    if (head.length > 0) drawRow(layout, { table, areas, isHead: true }, linesOf(layout, head, areas, strong))
  }
  const labels = head.length === 0
  const first = rows[0] && linesOf(layout, rows[0], areas, plain, labels)
  layout.need(60 + Math.min(first ? heightOf(first) : 0, 400))
  drawHead()
  for (const [index, row] of rows.entries()) {
    let lines = linesOf(layout, row, areas, plain, labels)
    while (heightOf(lines) > layout.left()) {
      const fits = heightOf(lines) <= edges.bottom - edges.top - 40
      if (!fits && layout.left() > 120) {
        const [now, later] = cut(lines, layout.left())
        drawRow(layout, { table, areas, isHead: false }, now)
        lines = later
      }
      layout.newPage()
      drawHead()
    }
    drawRow(layout, { table, areas, isHead: false }, lines)
    // A long table lets others have their turn.
    if (index % rowsAtOnce === rowsAtOnce - 1) await breathe()
  }
  table.end()
}

function columnAreasOf(columns: Table['columns']): ColumnArea[] {
  const all = columns.reduce((sum, { share }) => sum + share, 0)
  let x = edges.left
  return columns.map(({ share }) => {
    const area = { x, width: ((edges.right - edges.left) * share) / all }
    x += area.width
    return area
  })
}

function linesOf(
  layout: PageLayout,
  cells: Cell[],
  areas: ColumnArea[],
  style: Style,
  labels = false,
): Line[][] {
  return cells.map((cell, column) => {
    const width = (areas[column]?.width ?? 0) - 2 * padding
    const of = (text: string, look: Style) =>
      text === '' ? [] : layout.set(text, width, look).map((set) => ({ set, style: look }))
    if (typeof cell === 'string') return of(cell, style)
    return [...of(cell.zh, labels ? strong : style), ...of(cell.en, small)]
  })
}

function heightOfLines(lines: Line[]): number {
  return lines.reduce((sum, { style }) => sum + style.size * leading, 0)
}

function heightOf(cells: Line[][]): number {
  return Math.max(plain.size * leading, ...cells.map(heightOfLines)) + 2 * padding
}

/** As much of a row as fits, and the rest of it. */
function cut(cells: Line[][], height: number): [Line[][], Line[][]] {
  const halves = cells.map((lines) => {
    let taken = 2 * padding
    const fitting = lines.findIndex(({ style }) => (taken += style.size * leading) > height)
    const at = fitting === -1 ? lines.length : fitting
    return [lines.slice(0, at), lines.slice(at)] as const
  })
  return [halves.map(([now]) => now), halves.map(([, later]) => later)]
}

type Frame = { table: Element; areas: ColumnArea[]; isHead: boolean }

function drawRow(layout: PageLayout, { table, areas, isHead }: Frame, cells: Line[][]): void {
  const { pdf } = layout
  const top = layout.place()
  const height = heightOf(cells)
  layout.artifact(() => {
    if (isHead) pdf.rect(edges.left, top, edges.right - edges.left, height).fill('#eeeeee')
    pdf.lineWidth(0.4).strokeColor('#aaaaaa')
    for (const { x, width } of areas) pdf.rect(x, top, width, height).stroke()
  })
  const row = layout.element('TR', table)
  for (const [column, lines] of cells.entries()) {
    const { x, width } = areas[column] ?? { x: 0, width: 0 }
    const tag = isHead ? 'TH' : 'TD'
    const cell = layout.element(tag, row)
    layout.content(cell, tag, () => {
      let y = top + padding
      for (const { set, style } of lines) {
        layout.write([set], { x: x + padding, y, width: width - 2 * padding }, style)
        y += style.size * leading
      }
    })
    cell.end()
  }
  row.end()
  layout.space(height)
}

import type { TraceBox } from './document.ts'
import { grey, type Style } from './pdf-writer.ts'
import { edges, type PageLayout } from './page-layout.ts'

const columns = 3
const rows = 8
/** As many boxes as one page has room for. */
export const mostBoxes = columns * rows
const height = 46
const gap = 36
const title: Style = { size: 9, weight: 700, centred: true }
const small: Style = { size: 7, weight: 400, colour: grey, centred: true }
const label: Style = { size: 7, weight: 400 }

/** Draws the trace of a case on one page: boxes from top to bottom, column after column. */
export function drawTrace(layout: PageLayout, boxes: TraceBox[]): void {
  const figure = layout.element('Figure')
  const pitch = (edges.right - edges.left) / columns
  const top = layout.place() + 6
  layout.need(Math.min(boxes.length, rows) * (height + gap))
  for (const [index, box] of boxes.entries()) {
    const x = edges.left + Math.floor(index / rows) * pitch + 6
    const y = top + (index % rows) * (height + gap)
    const isFoot = index % rows === rows - 1
    drawBox(layout, box, { x, y, width: pitch - 34 })
    if (box.next) drawArrow(layout, { x: x + (pitch - 34) / 2, y: y + height, isFoot })
    layout.content(figure, 'Figure', () => writeBox(layout, box, { x, y, width: pitch - 34 }))
  }
  figure.end()
  layout.space(Math.min(boxes.length, rows) * (height + gap) + 10)
}

type BoxArea = { x: number; y: number; width: number }

function drawBox({ pdf, artifact }: PageLayout, { isEnd }: TraceBox, { x, y, width }: BoxArea): void {
  artifact(() => {
    pdf
      .lineWidth(isEnd ? 1.4 : 0.7)
      .strokeColor('#333333')
      .roundedRect(x, y, width, height, 5)
    pdf.stroke()
  })
}

function drawArrow(
  { pdf, artifact }: PageLayout,
  { x, y, isFoot }: { x: number; y: number; isFoot: boolean },
): void {
  artifact(() => {
    const end = y + gap - (isFoot ? 12 : 1)
    pdf.lineWidth(0.7).strokeColor('#333333').moveTo(x, y).lineTo(x, end).stroke()
    pdf.polygon([x - 3, end - 5], [x + 3, end - 5], [x, end]).fill('#333333')
  })
}

function writeBox(layout: PageLayout, { title: name, on, next }: TraceBox, { x, y, width }: BoxArea): void {
  const write = (text: string, at: number, style: Style, left = x, room = width) =>
    layout.write(
      layout.set(text, room - 8, style).slice(0, 1),
      { x: left + 4, y: at, width: room - 8 },
      style,
    )
  write(name.zh, y + 5, title)
  write(name.en, y + 19, small)
  write(on, y + 31, small)
  if (next) {
    write(next.zh, y + height + 6, label, x + width / 2 + 4, width / 2 + 22)
    write(next.en, y + height + 17, { size: 6, weight: 400, colour: grey }, x + width / 2 + 4, width / 2 + 22)
  }
}

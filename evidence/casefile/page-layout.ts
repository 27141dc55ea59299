import { grey, leading, type PdfWriter, type Style, type PdfTag } from './pdf-writer.ts'

/** The edges of what is printed, in points from the left and the top of an A4 page. */
export const edges = { left: 50, right: 545, top: 62, bottom: 785 }
const width = edges.right - edges.left

/** A pile of pages that is written from top to bottom; a new page begins by itself. */
export function createPageLayout(writer: PdfWriter) {
  let y = Infinity

  function newPage(): void {
    writer.pdf.addPage()
    y = edges.top
  }

  function need(height: number): void {
    if (y + height > edges.bottom) newPage()
  }

  return {
    ...writer,
    newPage,
    /** Begins a new page unless so much of this one is left. */
    need,
    /** How much of the page is left. */
    left: () => edges.bottom - y,
    place: () => y,
    space(height: number): void {
      if (y === Infinity) newPage()
      y += height
    },
    /** Writes a text over the whole width, from page to page where it must. */
    text(tag: PdfTag, text: string, style: Style): void {
      const element = writer.element(tag)
      const height = style.size * leading
      const lines = writer.set(text, width, style)
      while (lines.length > 0) {
        need(height)
        const fitting = lines.splice(0, Math.max(1, Math.floor((edges.bottom - y) / height)))
        writer.content(element, tag, () => writer.write(fitting, { x: edges.left, y, width }, style))
        y += fitting.length * height
      }
      element.end()
    },
  }
}

/** Pages, as tables and diagrams write on them. */
export type PageLayout = ReturnType<typeof createPageLayout>

const small: Style = { size: 7.5, weight: 400, colour: grey }
const centred: Style = { ...small, centred: true }

/** Writes the header and the number on every page, once all of them are there. */
export function numberPages({ pdf, set, write, artifact }: PdfWriter, header: string): void {
  const { count } = pdf.bufferedPageRange()
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(page)
    artifact(() => {
      write(set(header, width, small).slice(0, 1), { x: edges.left, y: 34, width }, small)
      pdf.moveTo(edges.left, 48).lineTo(edges.right, 48).lineWidth(0.5).strokeColor('#999999').stroke()
      const number = `第 ${page + 1} 页 / 共 ${count} 页 · page ${page + 1} of ${count}`
      write(set(number, width, centred), { x: edges.left, y: 803, width }, centred)
    }, 'Pagination')
  }
}

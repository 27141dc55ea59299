import type PdfKit from 'pdfkit'
import type { Fonts, Weight } from './fonts.ts'
import { setText, type SetLine } from './typesetting.ts'

type Pdf = InstanceType<typeof PdfKit>
/** The tags of a PDF that we use. */
type Tag = 'H1' | 'H2' | 'H3' | 'P' | 'Table' | 'TR' | 'TH' | 'TD' | 'Figure'
/** An element of the structure that readers for the blind follow. */
export type Element = ReturnType<Pdf['struct']>
/** How a text looks. */
export type Style = { size: number; weight: Weight; colour?: string; centred?: true }

/** The edges of what is printed, in points from the left and the top of an A4 page. */
export const edges = { left: 50, right: 545, top: 62, bottom: 785 }
/** How far lines of a size are apart. */
export const leading = 1.45
const ink = '#111111'

/** A pile of pages that is written from top to bottom; a new page begins by itself. */
export function createSheet(pdf: Pdf, fonts: Fonts, header: string) {
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  let y = Infinity

  /** Writes set lines at a place; what is tagged is one piece of content of an element. */
  function write(lines: SetLine[], place: { x: number; y: number; width: number }, style: Style): void {
    const { size, colour = ink, centred } = style
    for (const [index, { runs, width }] of lines.entries()) {
      let x = place.x + (centred ? (place.width - width) / 2 : 0)
      for (const run of runs) {
        pdf.font(run.font).fontSize(size).fillColor(colour)
        pdf.text(run.text, x, place.y + index * size * leading, { lineBreak: false })
        x += run.width
      }
    }
  }

  const set = (text: string, width: number, style: Style) => setText(fonts, text, { width, ...style })

  /** Draws what belongs to an element of the structure. */
  function content(element: Element, tag: Tag, draw: () => void): void {
    const piece = pdf.markStructureContent(tag)
    draw()
    pdf.endMarkedContent()
    element.add(piece)
  }

  /** Draws what no reader needs to hear: rules, headers, page numbers. */
  function artifact(draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
    pdf.markContent('Artifact', { type })
    draw()
    pdf.endMarkedContent()
  }

  function newPage(): void {
    pdf.addPage()
    y = edges.top
  }

  function need(height: number): void {
    if (y + height > edges.bottom) newPage()
  }

  return {
    pdf,
    set,
    write,
    content,
    artifact,
    newPage,
    need,
    /** A new element in the document, or in another one. */
    element(tag: Tag, parent: Element = root): Element {
      const element = pdf.struct(tag)
      parent.add(element)
      return element
    },
    /** How much of the page is left. */
    left: () => edges.bottom - y,
    place: () => y,
    space(height: number): void {
      if (y < Infinity) y += height
      else {
        newPage()
        y += height
      }
    },
    /** Writes a text over the whole width, from page to page where it must. */
    text(tag: Tag, text: string, style: Style): void {
      const width = edges.right - edges.left
      const element = this.element(tag)
      const height = style.size * leading
      const lines = set(text, width, style)
      while (lines.length > 0) {
        need(height)
        const fitting = lines.splice(0, Math.max(1, Math.floor((edges.bottom - y) / height)))
        content(element, tag, () => write(fitting, { x: edges.left, y, width }, style))
        y += fitting.length * height
      }
      element.end()
    },
    /** Writes the header and the number on every page, and closes the structure. */
    finish(): void {
      root.end()
      const { count } = pdf.bufferedPageRange()
      const small: Style = { size: 7.5, weight: 400, colour: '#555555' }
      const width = edges.right - edges.left
      for (let page = 0; page < count; page += 1) {
        pdf.switchToPage(page)
        artifact(() => {
          write(set(header, width, small).slice(0, 1), { x: edges.left, y: 34, width }, small)
          pdf.moveTo(edges.left, 48).lineTo(edges.right, 48).lineWidth(0.5).strokeColor('#999999').stroke()
          const number = `第 ${page + 1} 页 / 共 ${count} 页 · page ${page + 1} of ${count}`
          const centred: Style = { ...small, centred: true }
          write(set(number, width, centred), { x: edges.left, y: 803, width }, centred)
        }, 'Pagination')
      }
    },
  }
}

/** Pages, as tables and diagrams write on them. */
export type Sheet = ReturnType<typeof createSheet>

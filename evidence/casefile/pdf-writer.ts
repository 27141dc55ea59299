import type PdfKit from 'pdfkit'
import type { Fonts, Weight } from './fonts.ts'
import { setText, type SetLine } from './typesetting.ts'

type Pdf = InstanceType<typeof PdfKit>
/** The tags of a PDF that we use. */
export type PdfTag = 'H1' | 'H2' | 'H3' | 'P' | 'Table' | 'TR' | 'TH' | 'TD' | 'Figure'
/** An element of the structure that readers for the blind follow. */
export type Element = ReturnType<Pdf['struct']>
/** How a text looks. */
export type Style = { size: number; weight: Weight; colour?: string; centred?: true }
/** Where a text begins, and how wide its lines may be, in points. */
export type Spot = { x: number; y: number; width: number }

/** How far lines of a size are apart. */
export const leading = 1.45
/** The colour of what stands second. */
export const grey = '#555555'
const ink = '#111111'

/** Writes and draws at given places of a document, and says of each piece what it is. */
export function createPdfWriter(pdf: Pdf, fonts: Fonts) {
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  return {
    pdf,
    /** Sets a text in lines no wider than `width` points. */
    set: (text: string, width: number, style: Style) => setText(fonts, text, { width, ...style }),
    /** Writes set lines at a place; what is tagged is one piece of content of an element. */
    write: (lines: SetLine[], spot: Spot, { size, colour = ink, centred }: Style): void => {
      for (const [index, { runs, width }] of lines.entries()) {
        let x = spot.x + (centred ? (spot.width - width) / 2 : 0)
        for (const run of runs) {
          pdf.font(run.font).fontSize(size).fillColor(colour)
          pdf.text(run.text, x, spot.y + index * size * leading, { lineBreak: false })
          x += run.width
        }
      }
    },
    /** A new element in the document, or in another one. */
    element: (tag: PdfTag, parent: Element = root): Element => {
      const element = pdf.struct(tag)
      parent.add(element)
      return element
    },
    /** Draws what belongs to an element of the structure. */
    content: (element: Element, tag: PdfTag, draw: () => void): void => {
      const piece = pdf.markStructureContent(tag)
      draw()
      pdf.endMarkedContent()
      element.add(piece)
    },
    /** Draws what no reader needs to hear: rules, headers, page numbers. */
    artifact: (draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void => {
      pdf.markContent('Artifact', { type })
      draw()
      pdf.endMarkedContent()
    },
    /** Closes the structure: nothing is tagged any more. */
    close: () => root.end(),
  }
}

/** What draws on the pages of a document. */
export type PdfWriter = ReturnType<typeof createPdfWriter>

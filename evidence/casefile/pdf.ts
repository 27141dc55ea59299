import PdfKit from 'pdfkit'
import type { Readable } from 'node:stream'
import type { Block, Document } from './document.ts'
import { openFonts } from './fonts.ts'
import { createPdfWriter, grey } from './pdf-writer.ts'
import { createPageLayout, numberPages, type PageLayout } from './page-layout.ts'
import { drawTable } from './table.ts'
import { drawTrace } from './trace-drawing.ts'

/**
 * Prints a case as a PDF: A4, tagged, in Chinese, its text selectable. The same document at the same instant (ISO 8601) makes
 * the same bytes. `advance` hears of every part that is set.
 */
export async function printDocument(
  document: Document,
  at: string,
  advance: (blocks: number) => void = () => undefined,
): Promise<Readable> {
  const date = new Date(at)
  const pdf = new PdfKit({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'zh-CN',
    displayTitle: true,
    info: {
      Title: document.title,
      Author: document.author,
      Producer: 'zhigai',
      Creator: 'zhigai',
      CreationDate: date,
      ModDate: date,
    },
  })
  const writer = createPdfWriter(pdf, openFonts(pdf))
  const layout = createPageLayout(writer)
  for (const block of document.blocks) {
    await drawBlock(layout, block)
    advance(1)
  }
  writer.close()
  numberPages(writer, document.header)
  pdf.end()
  return pdf
}

async function drawBlock(layout: PageLayout, block: Block): Promise<void> {
  switch (block.kind) {
    case 'title':
      layout.space(110)
      layout.text('H1', block.text.zh, { size: 26, weight: 700, centred: true })
      layout.text('P', block.text.en, { size: 12, weight: 400, centred: true, colour: grey })
      layout.space(20)
      layout.text('P', block.under, { size: 16, weight: 700, centred: true })
      return layout.space(24)
    case 'heading':
      if (block.newPage) layout.newPage()
      layout.need(80)
      layout.space(14)
      layout.text('H2', block.text.zh, { size: 15, weight: 700 })
      layout.text('P', block.text.en, { size: 8, weight: 400, colour: grey })
      return layout.space(6)
    case 'subheading':
      layout.need(60)
      layout.space(8)
      return layout.text('H3', `${block.text.zh}  ${block.text.en}`, { size: 10, weight: 700 })
    case 'fields': {
      const columns = [
        { title: null, share: 3 },
        { title: null, share: 7 },
      ]
      return drawTable(layout, { columns, rows: block.rows, empty: null })
    }
    case 'table':
      return drawTable(layout, block)
    case 'note':
      layout.space(4)
      layout.text('P', block.text.zh, { size: 9, weight: 400 })
      layout.text('P', block.text.en, { size: 7, weight: 400, colour: grey })
      return layout.space(6)
    case 'trace':
      return drawTrace(layout, block.boxes)
  }
}

import PdfKit from 'pdfkit'
import type { Readable } from 'node:stream'
import type { Block, Document } from './document.ts'
import { openFonts } from './fonts.ts'
import { createPen, grey } from './pen.ts'
import { createSheet, numberPages, type Sheet } from './sheet.ts'
import { drawTable } from './table.ts'
import { drawWay } from './way-drawing.ts'

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
  const pen = createPen(pdf, openFonts(pdf))
  const sheet = createSheet(pen)
  for (const block of document.blocks) {
    await drawBlock(sheet, block)
    advance(1)
  }
  pen.close()
  numberPages(pen, document.header)
  pdf.end()
  return pdf
}

async function drawBlock(sheet: Sheet, block: Block): Promise<void> {
  switch (block.kind) {
    case 'title':
      sheet.space(110)
      sheet.text('H1', block.text.zh, { size: 26, weight: 700, centred: true })
      sheet.text('P', block.text.en, { size: 12, weight: 400, centred: true, colour: grey })
      sheet.space(20)
      sheet.text('P', block.under, { size: 16, weight: 700, centred: true })
      return sheet.space(24)
    case 'heading':
      if (block.newPage) sheet.newPage()
      sheet.need(80)
      sheet.space(14)
      sheet.text('H2', block.text.zh, { size: 15, weight: 700 })
      sheet.text('P', block.text.en, { size: 8, weight: 400, colour: grey })
      return sheet.space(6)
    case 'subheading':
      sheet.need(60)
      sheet.space(8)
      return sheet.text('H3', `${block.text.zh}  ${block.text.en}`, { size: 10, weight: 700 })
    case 'fields': {
      const columns = [
        { title: null, share: 3 },
        { title: null, share: 7 },
      ]
      return drawTable(sheet, { columns, rows: block.rows, empty: null })
    }
    case 'table':
      return drawTable(sheet, block)
    case 'note':
      sheet.space(4)
      sheet.text('P', block.text.zh, { size: 9, weight: 400 })
      sheet.text('P', block.text.en, { size: 7, weight: 400, colour: grey })
      return sheet.space(6)
    case 'way':
      return drawWay(sheet, block.boxes)
  }
}

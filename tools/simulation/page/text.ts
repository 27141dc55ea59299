import type { TableCell, Table } from './tables.ts'

/** A table for the terminal, in which a Chinese character takes two columns. */
export function textOf({ title, columns, rows, total }: Table): string {
  const lines = [
    columns.map(({ zh, en }) => `${zh} ${en}`),
    ...[...rows, ...(total ? [total] : [])].map(wordsOf),
  ]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => widthOf(line[at] ?? ''))))
  const padded = lines.map((line) =>
    line
      .map((cell, at) => pad(cell, widths[at] ?? 0, at > 0))
      .join('  ')
      .trimEnd(),
  )
  return [`${title.zh} ${title.en}`, ...padded].join('\n')
}

function wordsOf(cells: readonly TableCell[]): string[] {
  return cells.map((cell) => (typeof cell === 'object' ? `${cell.zh} ${cell.en}` : String(cell)))
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return right ? space + text : text + space
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/

function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0)
}

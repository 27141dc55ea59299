import type { Words } from '../../../policy/edition/edition.ts'
import { html, type Markup } from './markup.ts'

/** A line of a bar chart: parts laid end to end, and a mark to be reached. */
export type Bar = { label: string; parts: { kind: string; value: number }[]; mark?: number; note: string }

type Titled = { id: string; title: Words; description: Words }

const width = 440
const labelWidth = 118
const noteWidth = 84
const rowHeight = 24
const plotWidth = width - labelWidth - noteWidth

/** Bars that lie, one under another, each with its label and its figures in words. */
export function barChart(titled: Titled, bars: readonly Bar[]): Markup {
  const most = Math.max(
    1,
    ...bars.map(({ parts, mark = 0 }) =>
      Math.max(
        mark,
        parts.reduce((sum, { value }) => sum + value, 0),
      ),
    ),
  )
  const scale = (value: number) => (value / most) * plotWidth
  const rows = bars.map(({ label, parts, mark, note }, at) => {
    const y = at * rowHeight
    let from = labelWidth
    const laid = parts.map(({ kind, value }) => {
      const x = from
      from += scale(value)
      return html`<rect
        class="${kind}"
        x="${fixed(x)}"
        y="${y + 5}"
        width="${fixed(scale(value))}"
        height="14"
      />`
    })
    const x = fixed(labelWidth + scale(mark ?? 0))
    const target =
      mark === undefined ? [] : [html`<line class="mark" x1="${x}" x2="${x}" y1="${y + 2}" y2="${y + 22}" />`]
    return html`<text x="${labelWidth - 8}" y="${y + 17}" text-anchor="end">${label}</text
      >${laid}${target}<text class="note" x="${width}" y="${y + 17}" text-anchor="end">${note}</text>`
  })
  return drawing(titled, bars.length * rowHeight, rows)
}

/** A line through the months. */
export type ChartLine = { kind: string; label: Words; values: number[] }

const plot = { left: 46, right: 12, top: 14, bottom: 26, height: 240 }

/** Lines over the months, from nothing upwards. */
export function lineChart(titled: Titled, months: readonly string[], lines: readonly ChartLine[]): Markup {
  const { left, right, top, bottom, height } = plot
  const most = roundUp(Math.max(1, ...lines.flatMap(({ values }) => values)))
  const x = (at: number) => left + (at / Math.max(1, months.length - 1)) * (width - left - right)
  const y = (value: number) => height - bottom - (value / most) * (height - top - bottom)
  const grid = [0, 0.5, 1].map(
    (share) =>
      html`<line
          class="grid"
          x1="${left}"
          x2="${width - right}"
          y1="${fixed(y(share * most))}"
          y2="${fixed(y(share * most))}"
        />
        <text class="note" x="${left - 6}" y="${fixed(y(share * most) + 4)}" text-anchor="end"
          >${share * most}</text
        >`,
  )
  const names = months.map(
    (month, at) =>
      html`<text class="note" x="${fixed(x(at))}" y="${height - 8}" text-anchor="middle"
        >${Number(month.slice(5))}</text
      >`,
  )
  const drawn = lines.map(({ kind, values }) => {
    const points = values.map((value, at) => `${fixed(x(at))},${fixed(y(value))}`).join(' ')
    return html`<polyline class="${kind}" points="${points}" />`
  })
  return drawing(titled, height, [...grid, ...names, ...drawn])
}

function drawing({ id, title, description }: Titled, height: number, content: readonly Markup[]): Markup {
  return html`<svg role="img" viewBox="0 0 ${width} ${height}" aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${title.zh} ${title.en}</title>
    <desc id="${id}-desc">${description.zh} ${description.en}</desc>
    ${content}
  </svg>`
}

function fixed(value: number): string {
  return value.toFixed(1)
}

/** The next number that is easy to read: 1, 2 or 5 with noughts. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((factor) => factor * unit >= value) ?? 10) * unit
}

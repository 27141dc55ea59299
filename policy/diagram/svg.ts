import escapeHtml from 'escape-html'

/** How a line of text looks: its size, its colour, and where it stands from its place on. */
export type TextStyle = { size: number; ink?: string; bold?: boolean; anchor?: 'start' | 'middle' }

/** A line of text in a picture; whatever it says is escaped. */
export function textElement(
  x: number,
  y: number,
  content: string,
  { size, ink = '#10263a', bold = false, anchor = 'middle' }: TextStyle,
): string {
  const weight = bold ? ' font-weight="600"' : ''
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${ink}"${weight}>${escaped(content)}</text>`
}

/** A text no wider than so many Latin letters; a Chinese one takes two of them. */
export function fit(content: string, most: number): string {
  let width = 0
  const chars = [...content]
  const end = chars.findIndex((char) => (width += widthOf(char)) > most)
  return end < 0 ? content : `${chars.slice(0, Math.max(0, end - 1)).join('')}…`
}

function widthOf(char: string): number {
  return (char.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1
}

/** What XML would take for its own, and what it may not contain. */
export function escaped(content: string): string {
  return escapeHtml(content.replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ''))
}

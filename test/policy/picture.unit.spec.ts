import { describe, expect, it } from 'vitest'
import { svgOf } from '../../policy/diagram/trace-svg.ts'
import { expectEdges } from './picture-edges.ts'
import { pictureOf, type Drawn, type Phase, type Rect, type Text } from './picture.ts'
import { long, often, returned, traceAt } from './traces.ts'

const title = { zh: '齿轮', en: 'p-1' }

const svgs = {
  'phase by phase': svgOf(traceAt(returned, '2021-03-03'), title, { detail: 'phase' }),
  'with its states': svgOf(traceAt(returned, '2021-03-03'), title, { detail: 'state' }),
  'of one that was returned often': svgOf(traceAt(often, '2021-06-07'), title, { detail: 'state' }),
  'of a long life, phase by phase': svgOf(traceAt(long, '2021-12-01'), title, { detail: 'phase' }),
  'of a long life, with its states': svgOf(traceAt(long, '2021-12-01'), title, { detail: 'state' }),
}

const pictures = Object.entries(svgs).map(([name, svg]) => [name, pictureOf(svg)] as const)

const dark = '#10263a'
const grey = '#5c6773'
/** What is written on a box, by how the box is filled. */
const inks: Record<string, string> = { '#d7e8f7': dark, '#1f5f99': '#ffffff', '#ffffff': grey }

const bottom = ({ y, height }: Rect) => y + height
const right = ({ x, width }: Rect) => x + width
const isIn = ({ y }: Text, rect: Rect) => rect.y < y && y < bottom(rect)
const extent = ({ frame, box }: Phase) => frame ?? box
/** How often an edge was taken, by the days that its title tells. */
const taken = ({ title: told }: Drawn) => told.match(/\d{4}-\d\d-\d\d/g)?.length ?? 0

/** How many lanes a side has: onwards on the left, back on the right. */
const lanesOf = (edges: readonly Drawn[], side: 'left' | 'right') =>
  new Set(edges.filter(({ start, end }) => start.y < end.y === (side === 'left')).map(({ out }) => out)).size

/** What is drawn stands apart: each thing ends before the next begins. */
function expectApart(things: readonly Rect[]): void {
  for (const [at, thing] of things.entries()) {
    const next = things[at + 1]
    if (next) expect(bottom(thing)).toBeLessThan(next.y)
  }
}

const none: Rect = { x: 0, y: 0, width: 0, height: 0, fill: '', stroke: '' }

describe.each(pictures)('the picture of a trace, %s', (_, { width, height, heading, edges, phases }) => {
  const sides = { left: phases[0]?.box.x ?? 0, right: right(phases[0]?.box ?? none) }

  it('has everything on the paper, the phases in one column, the paper no larger than they need', () => {
    for (const { frame, box } of phases)
      for (const rect of [box, ...(frame ? [frame] : [])])
        expect([rect.x, right(rect)]).toEqual([sides.left, sides.right])
    expect([sides.left, width - sides.right]).toEqual([
      14 + 24 * Math.max(1, lanesOf(edges, 'left')),
      14 + 24 * Math.max(1, lanesOf(edges, 'right')),
    ])
    const last = phases.at(-1)
    expect(height).toBe(
      Math.max(bottom(last ? extent(last) : none), ...(last?.texts ?? []).map(({ y }) => y)) + 14,
    )
  })

  it('has its heading in the middle, above everything', () => {
    expect(heading.map(({ x, anchor, content }) => [x, anchor, content])).toEqual([
      [width / 2, 'middle', '齿轮'],
      [width / 2, 'middle', 'p-1'],
    ])
    expect(heading.map(({ size, bold, ink }) => [size, bold, ink])).toEqual([
      [15, true, dark],
      [11, false, grey],
    ])
    const [first, second] = heading.map(({ y }) => y)
    expect(second).toBeGreaterThanOrEqual((first ?? 0) + 11)
    expect(second).toBeLessThan(phases[0]?.box.y ?? 0)
  })

  it('has the phases one below the other, with what is told of them beneath their names and above the next', () => {
    for (const [at, phase] of phases.entries()) {
      const next = phases[at + 1]
      const own = phase.texts.filter(({ anchor }) => anchor === 'middle')
      for (const [index, { x, y, size, ink, content }] of own.entries()) {
        const expected = index < 2 ? inks[phase.box.fill] : dark
        expect([content, x, ink]).toEqual([content, (sides.left + sides.right) / 2, expected])
        expect(y - size).toBeGreaterThanOrEqual(index < 2 ? phase.box.y : bottom(phase.box))
        expect(y).toBeLessThan(index < 2 ? bottom(phase.box) : (phase.rects[0]?.y ?? next?.box.y ?? Infinity))
        const above = own[index - 1]
        if (above) expect(y - above.y).toBeGreaterThanOrEqual(size)
      }
      // As far from the next as from what is written last.
      const last = phase.frame ? undefined : own.slice(2).at(-1)
      if (next) expect(next.box.y - (last?.y ?? bottom(extent(phase)))).toBe(last ? 25 : 20)
    }
  })

  it('has the states of a phase within its frame, each with its own words in it', () => {
    for (const { frame, box, rects, texts } of phases) {
      expect(rects.length > 0).toBe(frame !== null)
      if (!frame) continue
      expectApart([box, ...rects])
      expect(bottom(frame)).toBe(bottom(rects.at(-1) ?? box) + 8)
      const inner = texts.filter(({ anchor }) => anchor === 'start')
      for (const rect of rects) {
        expect(rect.x).toBeGreaterThanOrEqual(frame.x + 8)
        expect(right(rect)).toBeLessThanOrEqual(right(frame) - 8)
        const isNever = rect.fill === '#ffffff'
        expect(rect.height).toBe(isNever ? 20 : 33)
        const written = inner.filter((text) => isIn(text, rect))
        expect(written.map(({ bold }) => bold)).toEqual(isNever ? [false] : [true, false])
        for (const { x, y, size, ink } of written) {
          expect([x, ink]).toEqual([rect.x + 8, inks[rect.fill]])
          expect(y - size).toBeGreaterThanOrEqual(rect.y)
        }
      }
      // What is in no state is the name of what the next ones belong to, and touches none.
      for (const above of inner.filter((text) => !rects.some((rect) => isIn(text, rect)))) {
        expect([above.ink, above.bold]).toEqual([grey, true])
        const { y, size } = above
        expect(rects.filter((rect) => rect.y < y + 4 && bottom(rect) > y - size)).toEqual([])
      }
    }
  })

  it('has edges beside the phases, and beside the states within their frame', () => {
    expect(edges.length).toBeGreaterThan(0)
    expectEdges(
      edges,
      phases.map(({ box }) => box),
      { left: 0, right: width },
    )
    for (const { frame, rects, edges: inner } of phases)
      if (frame) expectEdges(inner, rects, { left: frame.x, right: right(frame) })
  })

  it('counts an edge between phases always, one between states where it was taken again', () => {
    for (const edge of edges)
      expect([edge.title, edge.count?.text.content]).toEqual([edge.title, `${taken(edge)}`])
    for (const edge of phases.flatMap((phase) => phase.edges))
      expect([edge.title, edge.count?.text.content]).toEqual([
        edge.title,
        taken(edge) > 1 ? `${taken(edge)}` : undefined,
      ])
    for (const edge of [...edges, ...phases.flatMap((phase) => phase.edges)]) {
      const { out, start, end, count } = edge
      expect(taken(edge)).toBeGreaterThan(0)
      if (!count) continue
      const { at, text } = count
      expect([at.x + at.width / 2, at.y + at.height / 2]).toEqual([out, (start.y + end.y) / 2])
      expect([text.x, text.anchor, text.bold, text.ink]).toEqual([out, 'middle', true, dark])
      // One digit fills about half of it.
      expect([text.size > at.width / 2, text.size < at.width * 0.65]).toEqual([true, true])
      expect([text.y - text.size >= at.y, text.y <= bottom(at), at.width === at.height]).toEqual([
        true,
        true,
        true,
      ])
    }
  })
})

it.each(Object.entries(svgs))(
  'the picture of a trace, %s, is well-formed, and needs nothing that it does not have',
  (_, svg) => {
    const open: string[] = []
    for (const [tag, name = ''] of svg.matchAll(/<\/?([a-z]+)[^>]*>/g)) {
      expect(tag).toMatch(/^<(\/[a-z]+|[a-z]+( [a-zA-Z:-]+="[^"<>]*")*\/?)>$/)
      if (tag.startsWith('</')) expect(open.pop()).toBe(name)
      else if (!tag.endsWith('/>')) open.push(name)
    }
    expect(open).toEqual([])
    const written = svg.replaceAll(/<(title|desc|text)[^>]*>[^<]*<\/\1>/g, '')
    expect(written.replaceAll(/<[^>]*>/g, '').trim()).toBe('')
    const { width, height } = pictureOf(svg)
    expect(svg).toContain(`<rect width="${width}" height="${height}" fill="#ffffff"/>`)
    for (const [, id] of svg.matchAll(/url\(#(\w+)\)/g))
      expect(svg).toMatch(new RegExp(`<marker id="${id}"[^>]*><path`))
  },
)

it('phases alone need no more room than their names', () => {
  const boxes = pictures
    .filter(([name]) => name.endsWith('phase by phase'))
    .flatMap(([, { phases }]) => phases)
  expect(new Set(boxes.map(({ box }) => box.width))).toEqual(new Set([244]))
})

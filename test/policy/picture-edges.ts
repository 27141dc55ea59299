import { expect } from 'vitest'
import type { Drawn, Rect } from './picture.ts'

/** How far out a way runs. */
const reach = ({ out, start }: Drawn) => Math.abs(out - start.x)
const span = ({ start, end }: Drawn) => [Math.min(start.y, end.y), Math.max(start.y, end.y)] as const
const leadsOn = ({ start, end }: Drawn) => start.y < end.y

/**
 * Edges between boxes: onwards on the left, back on the right, within the sides of what they are drawn on, each in a lane where
 * nothing else runs.
 */
export function expectEdges(
  edges: readonly Drawn[],
  boxes: readonly Rect[],
  sides: { left: number; right: number },
): void {
  for (const edge of edges) {
    expectEnds(edge, boxes)
    expectRoundCorners(edge)
    const { out, count } = edge
    for (const x of [out, ...(count ? [count.at.x, count.at.x + count.at.width] : [])])
      expect([edge.title, x >= sides.left && x <= sides.right]).toEqual([edge.title, true])
    expectOwnLane(
      edge,
      edges.filter((other) => other !== edge && areBeside(edge, other)),
    )
  }
}

/** It touches the box that it leaves, and its head the one that it enters; the lower half is for what is below. */
function expectEnds(edge: Drawn, boxes: readonly Rect[]): void {
  const { start, end, title } = edge
  const [from, to] = [start, end].map(({ y }) => boxes.find((box) => box.y < y && y < box.y + box.height))
  if (!from || !to) throw new Error(`from nowhere: ${title}`)
  const outwards = (x: number) => (leadsOn(edge) ? from.x - x : x - from.x - from.width)
  expect([outwards(start.x), outwards(end.x)]).toEqual([0, 1])
  const below = (y: number, { y: top, height }: Rect) => (y - top - height / 2) * (leadsOn(edge) ? 1 : -1)
  expect(below(start.y, from)).toBeGreaterThan(3)
  expect(below(end.y, to)).toBeLessThan(-3)
}

/** Out, along and back in, by four corners that are round. */
function expectRoundCorners(edge: Drawn): void {
  const { start, end, out, through } = edge
  const [outside, along, before, inside] = through
  expect([outside.y, along.x, before.x, inside.y]).toEqual([start.y, out, out, end.y])
  const outwards = Math.sign(out - start.x)
  expect([outwards * (out - outside.x), outwards * (out - inside.x)]).toEqual([6, 6])
  const down = leadsOn(edge) ? 1 : -1
  expect([down * (along.y - start.y), down * (end.y - before.y)]).toEqual([
    expect.closeTo(6),
    expect.closeTo(6),
  ])
  expect(down * (before.y - along.y)).toBeGreaterThan(0)
}

/** Whether two edges run on the same side and past each other. */
function areBeside(one: Drawn, other: Drawn): boolean {
  const [[top, end], [otherTop, otherEnd]] = [span(one), span(other)]
  return leadsOn(one) === leadsOn(other) && otherTop < end && top < otherEnd
}

/** An edge runs apart from others and from their counts, outside of those that are shorter, and no further out than it must. */
function expectOwnLane(edge: Drawn, beside: readonly Drawn[]): void {
  for (const other of beside) {
    const apart = Math.abs(edge.out - other.out)
    expect(apart).toBeGreaterThanOrEqual(15)
    for (const { count } of [edge, other]) if (count) expect(count.at.width).toBeLessThanOrEqual(apart)
    const isWithin = span(edge)[0] < span(other)[0] && span(other)[1] < span(edge)[1]
    if (isWithin) expect(reach(other)).toBeLessThan(reach(edge))
  }
  const inner = beside.map(reach).filter((each) => each < reach(edge))
  expect(reach(edge) - Math.max(0, ...inner)).toBeLessThan(25)
}

import { escaped, textElement } from './svg.ts'
import type { PhaseTransition } from './trace.ts'

type LabelledTransition = Pick<PhaseTransition, 'name' | 'on'>

/** Two boxes that a case has gone between, by their numbers from the top, and by which transitions. */
export type Pair = { from: number; to: number; transitions: LabelledTransition[] }

/** A pair in a lane of its own beside the boxes: onwards on the left, back on the right. */
export type Edge = Pair & { lane: number }

/** Where edges run: the edges of the boxes, the width of a lane, and whether what was taken once is counted too. */
export type Rails = { left: number; right: number; lane: number; countsOne: boolean }

/** A box as edges see it. */
export type VerticalSpan = { y: number; height: number }

/** Shorter ones are nearer to the boxes; none crosses another in its lane. */
export function edgesOf(pairs: readonly Pair[]): Edge[] {
  const joined = new Map<string, Pair>()
  for (const { from, to, transitions } of pairs) {
    const known = joined.get(`${from}-${to}`)
    joined.set(`${from}-${to}`, { from, to, transitions: [...(known?.transitions ?? []), ...transitions] })
  }
  const edges: Edge[] = []
  const length = ({ from, to }: Pair) => Math.abs(to - from)
  for (const pair of [...joined.values()].toSorted((a, b) => length(a) - length(b)))
    edges.push({ ...pair, lane: freeLane(edges, pair) })
  return edges
}

/** How many lanes a side needs. */
export function lanesOf(edges: readonly Edge[], side: 'left' | 'right'): number {
  const own = edges.filter(({ from, to }) => from < to === (side === 'left'))
  return Math.max(0, ...own.map(({ lane }) => lane + 1))
}

function freeLane(edges: readonly Edge[], { from, to }: Pair): number {
  const span = [Math.min(from, to), Math.max(from, to)] as const
  const taken = edges.filter(
    (other) =>
      other.from < other.to === from < to &&
      Math.min(other.from, other.to) < span[1] &&
      Math.max(other.from, other.to) > span[0],
  )
  let free = 0
  while (taken.some((edge) => edge.lane === free)) free += 1
  return free
}

/** Leaves a box in its lower half, enters the other in its upper half; upwards the other way round. */
export function drawEdge(edge: Edge, boxes: readonly VerticalSpan[], rails: Rails, label: string): string {
  const { from, to, lane, transitions } = edge
  const [a, b] = [boxes[from], boxes[to]]
  if (!a || !b) return ''
  const onwards = from < to
  const side = onwards ? rails.left : rails.right
  const outwards = onwards ? -1 : 1
  const x = side + outwards * (rails.lane * (lane + 1) - rails.lane / 4)
  const shift = (box: VerticalSpan) => (onwards ? 1 : -1) * (box.height / 5)
  const [y1, y2] = [a.y + a.height / 2 + shift(a), b.y + b.height / 2 - shift(b)]
  const turn = Math.sign(y2 - y1) * 6
  const path = `M${side} ${y1}H${x - outwards * 6}Q${x} ${y1} ${x} ${y1 + turn}V${y2 - turn}Q${x} ${y2} ${x - outwards * 6} ${y2}H${side + outwards}`
  const times = transitions.reduce((total, { on }) => total + on.length, 0)
  return [
    `<g><title>${escaped(label)}</title>`,
    `<path d="${path}" fill="none" stroke="#1f5f99" stroke-width="1.5" marker-end="url(#head)"/>`,
    ...(times > 1 || rails.countsOne ? [badge(x, (y1 + y2) / 2, rails.lane, times)] : []),
    '</g>',
  ].join('')
}

function badge(x: number, y: number, lane: number, times: number): string {
  const half = Math.min(10, lane / 2)
  return [
    `<rect x="${x - half}" y="${y - half}" width="${half * 2}" height="${half * 2}" rx="${half}" fill="#ffffff" stroke="#1f5f99"/>`,
    textElement(x, y + 4, `${times}`, { size: half < 10 ? 9 : 11, bold: true }),
  ].join('')
}

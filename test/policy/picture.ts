/** A rectangle of a picture. */
export type Rect = { x: number; y: number; width: number; height: number; fill: string; stroke: string }

/** A line of text of a picture: where it is anchored, and how high its letters are. */
export type Text = {
  x: number
  y: number
  anchor: string
  size: number
  bold: boolean
  ink: string
  content: string
}

/** An edge that is drawn, from where it leaves a box to where it enters one, and how far out it runs. */
export type Drawn = {
  title: string
  start: Point
  end: Point
  out: number
  /** The corners through which it runs, in order. */
  through: [Point, Point, Point, Point]
  count: { at: Rect; text: Text } | null
}

/** A place on the paper. */
export type Point = { x: number; y: number }

/** What belongs to a phase: its title, the box of its name, its frame if it has states, and all that stands within. */
export type Phase = {
  title: string
  frame: Rect | null
  box: Rect
  rects: Rect[]
  texts: Text[]
  edges: Drawn[]
}

/** A picture as one sees it. */
export type Picture = {
  width: number
  height: number
  heading: Text[]
  description: string
  edges: Drawn[]
  phases: Phase[]
}

const number = (text: string, name: string) => Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(text)?.[1])
const word = (text: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? ''

const isEdge = (group: string) => /^<g><title>[^<]*<\/title><path/.test(group)

/** Reads a picture that `svgOf` has made. */
export function pictureOf(svg: string): Picture {
  const [head = '', ...lines] = svg.split('\n')
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(head) ?? []
  const groups = lines.filter((line) => line.startsWith('<g>'))
  return {
    width: Number(width),
    height: Number(height),
    heading: lines.filter((line) => line.startsWith('<text')).flatMap(textsIn),
    description: /<desc id="desc">([^<]*)/.exec(svg)?.[1] ?? '',
    edges: groups.filter(isEdge).map(edgeOf),
    phases: groups.filter((group) => !isEdge(group)).map(phaseOf),
  }
}

function phaseOf(group: string): Phase {
  const inner = [...group.matchAll(/<g><title>[^<]*<\/title><path.*?<\/g>/g)].map(([edge]) => edge)
  const rest = inner.reduce((left, edge) => left.replace(edge, ''), group)
  const [first, ...rects] = rectsIn(rest)
  const isFramed = first?.fill === '#f6f9fc'
  const box = isFramed ? rects.shift() : first
  if (!first || !box) throw new Error(`a phase without a box: ${group}`)
  return {
    title: titleOf(group),
    frame: isFramed ? first : null,
    box,
    rects,
    texts: textsIn(rest),
    edges: inner.map(edgeOf),
  }
}

function titleOf(group: string): string {
  return /^<g><title>([^<]*)</.exec(group)?.[1] ?? ''
}

function edgeOf(group: string): Drawn {
  const path =
    / d="M([-\d.]+) ([-\d.]+)H([-\d.]+)Q([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)V([-\d.]+)Q([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)H([-\d.]+)"/
  const found = path.exec(group)?.slice(1).map(Number)
  if (!found) throw new Error(`an edge of another form: ${group}`)
  const [x1 = 0, y1 = 0, h1 = 0, , , x = 0, v1 = 0, v2 = 0, , , h2 = 0, y2 = 0, x2 = 0] = found
  const [at, text] = [rectsIn(group)[0], textsIn(group)[0]]
  return {
    title: titleOf(group),
    start: { x: x1, y: y1 },
    end: { x: x2, y: y2 },
    out: x,
    through: [
      { x: h1, y: y1 },
      { x, y: v1 },
      { x, y: v2 },
      { x: h2, y: y2 },
    ],
    count: at && text ? { at, text } : null,
  }
}

function rectsIn(text: string): Rect[] {
  return [...text.matchAll(/<rect[^>]*>/g)].map(([rect]) => ({
    x: number(rect, 'x'),
    y: number(rect, 'y'),
    width: number(rect, 'width'),
    height: number(rect, 'height'),
    fill: word(rect, 'fill'),
    stroke: word(rect, 'stroke'),
  }))
}

function textsIn(text: string): Text[] {
  return [...text.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, of = '', content = '']) => ({
    x: number(of, 'x'),
    y: number(of, 'y'),
    anchor: word(of, 'text-anchor'),
    size: number(of, 'font-size'),
    bold: word(of, 'font-weight') === '600',
    ink: word(of, 'fill'),
    content,
  }))
}

import type { Words } from './edition.ts'
import { standingOf, type Standing } from './way-mermaid.ts'
import type { Stay, Visit, Walked, Way } from './way.ts'

const box = { width: 244, height: 42 }
const lane = 24
const line = 15
const gap = 20
const top = 52
const margin = 14

const fills = {
  visited: 'fill="#d7e8f7" stroke="#1f5f99"',
  current: 'fill="#1f5f99" stroke="#10263a" stroke-width="2"',
  never: 'fill="#ffffff" stroke="#9aa5b1" stroke-dasharray="4 3"',
} satisfies Record<Standing, string>
const inks = { visited: '#10263a', current: '#ffffff', never: '#5c6773' } satisfies Record<Standing, string>
const standings = {
  visited: { zh: '曾经过', en: 'visited' },
  current: { zh: '当前', en: 'current' },
  never: { zh: '未经过', en: 'never' },
} satisfies Record<Standing, Words>

/** A phase as it is drawn: from the top, with the lines that stand under it. */
type Place = { visit: Visit; y: number; notes: string[] }

/** A pair of phases that a case has gone between, in a lane of its own beside the boxes: onwards on the left, back on the right. */
type Track = { from: number; to: number; lane: number; walked: Walked[] }

/** Stays that are told one by one under a phase; the others are counted. */
const staysTold = 3

/**
 * The way of a case as a picture: phases in the order of the edition, those that were visited filled, with dates and days
 * under them; arrows that were taken, with counts. It needs nothing from outside and is read aloud by its title and
 * description. `title` is a plain text, and escaped here.
 */
export function svgOf(way: Way, title: Words): string {
  const places = placesOf(way.visits)
  const tracks = tracksOf(way)
  const lanes = (onwards: boolean) =>
    Math.max(0, ...tracks.filter(({ from, to }) => from < to === onwards).map((track) => track.lane + 1))
  const left = margin + Math.max(1, lanes(true)) * lane
  const width = Math.max(320, left + box.width + margin + Math.max(1, lanes(false)) * lane)
  const last = places.at(-1)
  const height = (last ? bottomOf(last) : top) + margin
  const heading = `${title.zh} · ${title.en}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMin meet" role="img" aria-labelledby="title desc" font-family="system-ui, 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif">`,
    `<title id="title">${escaped(heading)}</title>`,
    `<desc id="desc">${escaped(descriptionOf(way))}</desc>`,
    arrowHead,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...headingOf(title, width / 2),
    ...tracks.map((track) => drawTrack(track, places, left)),
    ...places.map((place) => drawPlace(place, left)),
    '</svg>',
  ].join('\n')
}

const arrowHead =
  '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#1f5f99"/></marker></defs>'

function headingOf({ zh, en }: Words, x: number): string[] {
  return [text(x, 24, zh, { size: 15, bold: true }), text(x, 41, en, { size: 11, ink: '#5c6773' })]
}

function placesOf(visits: Visit[]): Place[] {
  const places: Place[] = []
  for (const visit of visits) {
    const before = places.at(-1)
    places.push({ visit, y: before ? bottomOf(before) + gap : top, notes: notesOf(visit) })
  }
  return places
}

function bottomOf({ y, notes }: Place): number {
  return y + box.height + notes.length * line + (notes.length > 0 ? 4 : 0)
}

function notesOf({ stays, times, days, workingDays }: Visit): string[] {
  const told = stays.slice(0, staysTold).map(noteOf)
  const rest = times - told.length
  return rest > 0 ? [...told, `另 ${rest} 次；共 ${days} 天（${workingDays} 个工作日）`] : told
}

function noteOf({ entered, left, days, workingDays }: Stay): string {
  if (days === 0) return entered
  const span = `${entered} – ${left === null ? '今' : left.slice(sameYear(entered, left))}`
  return `${span}  ${days} 天（${workingDays} 工作日）`
}

/** The year is told once. */
function sameYear(a: string, b: string): number {
  return a.slice(0, 4) === b.slice(0, 4) ? 5 : 0
}

/** Shorter ones are nearer to the boxes; none crosses another in its lane. */
function tracksOf({ visits, arrows }: Way): Track[] {
  const indexOf = (phase: string | null) => visits.findIndex((visit) => visit.phase === phase)
  const pairs = new Map<string, Omit<Track, 'lane'>>()
  for (const walked of arrows) {
    if (walked.from === null || walked.on.length === 0) continue
    const [from, to] = [indexOf(walked.from), indexOf(walked.to)]
    const known = pairs.get(`${from}-${to}`)
    pairs.set(`${from}-${to}`, { from, to, walked: [...(known?.walked ?? []), walked] })
  }
  const tracks: Track[] = []
  const length = ({ from, to }: Omit<Track, 'lane'>) => Math.abs(to - from)
  for (const pair of [...pairs.values()].toSorted((a, b) => length(a) - length(b)))
    tracks.push({ ...pair, lane: freeLane(tracks, pair) })
  return tracks
}

function freeLane(tracks: Track[], { from, to }: Omit<Track, 'lane'>): number {
  const span = [Math.min(from, to), Math.max(from, to)] as const
  const taken = tracks.filter(
    (other) =>
      other.from < other.to === from < to &&
      Math.min(other.from, other.to) < span[1] &&
      Math.max(other.from, other.to) > span[0],
  )
  let free = 0
  while (taken.some((track) => track.lane === free)) free += 1
  return free
}

/** Leaves a box in its lower half, enters the other in its upper half; upwards the other way round. */
function drawTrack({ from, to, lane: which, walked }: Track, places: Place[], left: number): string {
  const [a, b] = [places[from], places[to]]
  if (!a || !b) return ''
  const onwards = from < to
  const side = onwards ? left : left + box.width
  const outwards = onwards ? -1 : 1
  const x = side + outwards * (lane * (which + 1) - 6)
  const shift = onwards ? 9 : -9
  const [y1, y2] = [a.y + box.height / 2 + shift, b.y + box.height / 2 - shift]
  const turn = Math.sign(y2 - y1) * 6
  const path = `M${side} ${y1}H${x - outwards * 6}Q${x} ${y1} ${x} ${y1 + turn}V${y2 - turn}Q${x} ${y2} ${x - outwards * 6} ${y2}H${side + outwards}`
  const times = walked.reduce((total, { on }) => total + on.length, 0)
  return [
    `<g><title>${escaped(walked.map((each) => sentenceOf(each, places)).join('；'))}</title>`,
    `<path d="${path}" fill="none" stroke="#1f5f99" stroke-width="1.5" marker-end="url(#head)"/>`,
    `<rect x="${x - 10}" y="${(y1 + y2) / 2 - 9}" width="20" height="18" rx="9" fill="#ffffff" stroke="#1f5f99"/>`,
    `${text(x, (y1 + y2) / 2 + 4, `${times}`, { size: 11, ink: '#10263a', bold: true })}</g>`,
  ].join('')
}

function drawPlace({ visit, y, notes }: Place, left: number): string {
  const standing = standingOf(visit)
  const x = left + box.width / 2
  const { zh, en } = visit.name
  const mark = visit.times > 1 ? ` ×${visit.times}` : ''
  return [
    `<g><title>${escaped(`${zh} ${en}：${standings[standing].zh} ${standings[standing].en}`)}</title>`,
    `<rect x="${left}" y="${y}" width="${box.width}" height="${box.height}" rx="6" ${fills[standing]}/>`,
    text(x, y + 19, `${fit(zh, 12)}${mark}`, { size: 14, ink: inks[standing], bold: standing !== 'never' }),
    text(x, y + 34, fit(en, 30), { size: 11, ink: inks[standing] }),
    ...notes.map((note, at) => text(x, y + box.height + 14 + at * line, note, { size: 11, ink: '#10263a' })),
    '</g>',
  ].join('')
}

function descriptionOf({ visits, arrows }: Way): string {
  const named = new Map(visits.map(({ phase, name }) => [phase, name]))
  const now = visits.find(({ isPresent }) => isPresent)
  const ways = arrows
    .filter(({ on }) => on.length > 0)
    .map(({ from, to, name, on }) => {
      const start = from === null ? '' : `${named.get(from)?.zh ?? from} → `
      return `${start}${named.get(to)?.zh ?? to}：${name.zh} ${name.en} ×${on.length}（${on.join('、')}）`
    })
  return `当前 now: ${now?.name.zh ?? ''} ${now?.name.en ?? ''}。${ways.join('；')}`
}

function sentenceOf({ from, to, name, on }: Walked, places: Place[]): string {
  const nameOf = (phase: string | null) =>
    places.find(({ visit }) => visit.phase === phase)?.visit.name.zh ?? ''
  return `${nameOf(from)} → ${nameOf(to)}：${name.zh} ${name.en} ×${on.length}（${on.join('、')}）`
}

type Style = { size: number; ink?: string; bold?: boolean }

function text(x: number, y: number, content: string, { size, ink = '#10263a', bold = false }: Style): string {
  const weight = bold ? ' font-weight="600"' : ''
  return `<text x="${x}" y="${y}" text-anchor="middle" font-size="${size}" fill="${ink}"${weight}>${escaped(content)}</text>`
}

function fit(content: string, most: number): string {
  const chars = [...content]
  return chars.length > most ? `${chars.slice(0, most - 1).join('')}…` : content
}

/** What XML would take for its own, and what it may not contain. */
function escaped(content: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return content
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, '')
    .replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)
}

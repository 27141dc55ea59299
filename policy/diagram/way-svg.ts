import type { Words } from '../edition/edition.ts'
import { escaped, fit, text } from './svg.ts'
import { standingOf, type Standing, type WayLevel } from './way-mermaid.ts'
import { drawRows, fills, inks, innerTracksOf, rowsOf, spanWords, type Row } from './way-rows.ts'
import { drawTrack, lanesOf, tracksOf, type Track } from './way-tracks.ts'
import type { Stay, Step, Visit, Walked, Way } from './way.ts'

const box = { width: 244, height: 42 }
const lane = 24
/** Of the states within a phase. */
const row = { width: 206, lane: 15 }
const line = 15
const gap = 20
const top = 52
const margin = 14

const standings = {
  visited: { zh: '曾经过', en: 'visited' },
  current: { zh: '当前', en: 'current' },
  never: { zh: '未经过', en: 'never' },
} satisfies Record<Standing, Words>

/** A phase as it is drawn: from the top, with the lines that stand under it and the states within it. */
type Place = { visit: Visit; y: number; height: number; notes: string[]; rows: Row[]; tracks: Track[] }

/** How a way is drawn: how closely, and how many of its first steps are not known. */
export type Drawing = { level: WayLevel; linesLeft?: number }

/** Stays that are told one by one under a phase; the others are counted. */
const staysTold = 3

/**
 * The way of a case as a picture: phases in the order of the edition, those that were visited filled, with dates and days
 * under them and, where it is drawn that closely, the states within them; arrows that were taken, with counts. It needs nothing
 * from outside and is read aloud by its title and description. `title` is a plain text, and escaped here.
 */
export function svgOf(way: Way, title: Words, { level, linesLeft = 0 }: Drawing): string {
  const places = placesOf(way.visits, level)
  const tracks = phaseTracksOf(way)
  const inner = insetsOf(places)
  const boxWidth = Math.max(box.width, inner.left + row.width + inner.right)
  const left = margin + Math.max(1, lanesOf(tracks, 'left')) * lane
  const right = left + boxWidth
  const width = right + margin + Math.max(1, lanesOf(tracks, 'right')) * lane
  const last = places.at(-1)
  const height = (last ? bottomOf(last) : top) + margin
  const heading = `${title.zh} · ${title.en}`
  const rails = { left, right, lane, countsOne: true }
  const boxes = places.map(({ y }) => ({ y, height: box.height }))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMin meet" role="img" aria-labelledby="title desc" font-family="system-ui, 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif">`,
    `<title id="title">${escaped(heading)}</title>`,
    `<desc id="desc">${escaped(descriptionOf(way, level))}</desc>`,
    arrowHead,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...headingOf(title, width / 2, linesLeft),
    ...tracks.map((track) => drawTrack(track, boxes, rails, sentenceOf(track, places))),
    ...places.map((place) => drawPlace(place, { left, right, inner })),
    '</svg>',
  ].join('\n')
}

const arrowHead =
  '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" fill="#1f5f99"/></marker></defs>'

function headingOf({ zh, en }: Words, x: number, linesLeft: number): string[] {
  const under = linesLeft > 0 ? `较早的 ${linesLeft} 步未画出 ${linesLeft} earlier steps are not drawn` : en
  return [text(x, 24, zh, { size: 15, bold: true }), text(x, 41, under, { size: 11, ink: '#5c6773' })]
}

function placesOf(visits: Visit[], level: WayLevel): Place[] {
  const places: Place[] = []
  for (const visit of visits) {
    const before = places.at(-1)
    const y = before ? bottomOf(before) + gap : top
    const notes = notesOf(visit)
    const inside = y + box.height + notes.length * line + 10
    const rows = rowsOf(visit, level, inside)
    const end = rows.at(-1)
    const height = end ? end.y + end.height + 8 - y : box.height
    places.push({ visit, y, height, notes, rows, tracks: innerTracksOf(visit, rows) })
  }
  return places
}

function bottomOf({ y, height, notes, rows }: Place): number {
  const below = rows.length === 0 && notes.length > 0 ? notes.length * line + 4 : 0
  return y + height + below
}

/** What stands beside the rows: the lanes of the ways between them, as many as the busiest phase has. */
function insetsOf(places: Place[]): { left: number; right: number } {
  const most = (side: 'left' | 'right') => Math.max(0, ...places.map(({ tracks }) => lanesOf(tracks, side)))
  return { left: 8 + most('left') * row.lane, right: 8 + most('right') * row.lane }
}

function notesOf({ stays, times, days, workingDays }: Visit): string[] {
  const told = stays.slice(0, staysTold).map(noteOf)
  const rest = times - told.length
  return rest > 0 ? [...told, `另 ${rest} 次；共 ${days} 天（${workingDays} 个工作日）`] : told
}

function noteOf(stay: Stay): string {
  const { entered, days, workingDays } = stay
  return days === 0 ? entered : `${spanWords(stay)}  ${days} 天（${workingDays} 工作日）`
}

function phaseTracksOf({ visits, arrows }: Way): Track[] {
  const indexOf = (phase: string | null) => visits.findIndex((visit) => visit.phase === phase)
  return tracksOf(
    arrows
      .filter(({ from, on }) => from !== null && on.length > 0)
      .map((walked) => ({ from: indexOf(walked.from), to: indexOf(walked.to), walked: [walked] })),
  )
}

type Edges = { left: number; right: number; inner: { left: number; right: number } }

function drawPlace({ visit, y, height, notes, rows, tracks }: Place, { left, right, inner }: Edges): string {
  const standing = standingOf(visit)
  const x = (left + right) / 2
  const { zh, en } = visit.name
  const mark = visit.times > 1 ? ` ×${visit.times}` : ''
  const rails = { left: left + inner.left, right: right - inner.right, lane: row.lane, countsOne: false }
  return [
    `<g><title>${escaped(`${zh} ${en}：${standings[standing].zh} ${standings[standing].en}`)}</title>`,
    ...(rows.length > 0 ? [frame(left, y, right - left, height)] : []),
    `<rect x="${left}" y="${y}" width="${right - left}" height="${box.height}" rx="6" ${fills[standing]}/>`,
    text(x, y + 19, `${fit(zh, 24)}${mark}`, { size: 14, ink: inks[standing], bold: standing !== 'never' }),
    text(x, y + 34, fit(en, 30), { size: 11, ink: inks[standing] }),
    ...notes.map((note, at) => text(x, y + box.height + 14 + at * line, note, { size: 11 })),
    ...drawRows(rows, tracks, rails),
    '</g>',
  ].join('')
}

function frame(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#f6f9fc" stroke="#9db7cf"/>`
}

function descriptionOf({ visits, arrows }: Way, level: WayLevel): string {
  const now = visits.find(({ isPresent }) => isPresent)
  const names = new Map<string | null, string>(visits.map(({ phase, name }) => [phase, name.zh]))
  const ways = arrows.map((arrow) => ({ arrow, start: names.get(arrow.from), end: names.get(arrow.to) }))
  const within = visits.flatMap(({ name, states, steps }) => {
    const nameOf = (path: string) =>
      `${name.zh}·${states.find(({ state }) => state === path)?.name.zh ?? path}`
    return steps.map((arrow) => ({ arrow, start: nameOf(arrow.from), end: nameOf(arrow.to) }))
  })
  const told = [...ways, ...(level === 'state' ? within : [])]
    .filter(({ arrow: { on } }) => on.length > 0)
    .map(({ arrow, start, end }) => `${start ? `${start} → ` : ''}${end}：${takenWords(arrow)}`)
  const state = now?.states.filter(({ isPresent }) => isPresent).map(({ name }) => `${name.zh} ${name.en}`)
  const where = [`${now?.name.zh ?? ''} ${now?.name.en ?? ''}`, ...(level === 'state' ? (state ?? []) : [])]
  return `当前 now: ${where.join('，')}。${told.join('；')}`
}

function takenWords({ name, on }: Pick<Walked | Step, 'name' | 'on'>): string {
  return `${name.zh} ${name.en} ×${on.length}（${on.join('、')}）`
}

function sentenceOf({ from, to, walked }: Track, places: Place[]): string {
  const nameAt = (at: number) => places[at]?.visit.name.zh ?? ''
  return `${nameAt(from)} → ${nameAt(to)}：${walked.map(takenWords).join('；')}`
}

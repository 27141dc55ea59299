import { z } from 'zod'
import { Id } from '../../models/cursor.ts'
import { kinds, type Kind } from '../../policy/access/levels.ts'

/** The last millisecond of the last year that has four digits. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Where in the engine's books a line stands, since its instant and id are not enough to find it again: the run, the token of
 * its page, the event, the instant (milliseconds since 1970), and what the run waits for.
 */
export const Mark = z.tuple([Id, z.string(), z.int().min(0), z.int().min(0).max(latestMs), Id])
/** As `Mark`. */
export type Mark = z.infer<typeof Mark>

/** A place between two lines of a history: the last line before it, and the mark of the last that had one. */
export type Place = { at: Date; kind: Kind; id: string; mark: Mark | null }

const Written = z.tuple([z.iso.datetime({ precision: 3 }), z.enum(kinds), Id, Mark.nullable()])

/** A place as a cursor holds it. */
export const PlaceKey = z.codec(Written, z.custom<Place>(), {
  decode: ([at, kind, id, mark]) => ({ at: new Date(at), kind, id, mark }),
  encode: ({ at, kind, id, mark }): z.infer<typeof Written> => [at.toISOString(), kind, id, mark],
})

/** A line as all ledgers have them: its instant, its name within the ledger, and how it is shown. */
export type Line<V> = { at: Date; id: string; view: V; mark?: Mark }

/** The part of a history that is asked for: one person's, from an instant, and before another. */
export type Part = { person: string | undefined; from: Date | null; before: Date | null }

/** A book of one kind of lines about a case. */
export type Ledger<V> = {
  kind: Kind
  /** The first lines after a place, or of all, in their order; no more than `limit`. */
  after: (place: Place | null, limit: number) => Promise<Line<V>[]>
}

/**
 * A page of several ledgers as one: by instant, then by kind, then as each ledger orders its own. Each is asked for a page at
 * most, so that a page costs the same wherever it is.
 */
export async function pageOfLedgers<V>(
  ledgers: Ledger<V>[],
  place: Place | null,
  limit: number,
): Promise<{ items: V[]; next: Place | null }> {
  const found = await Promise.all(
    ledgers.map(async ({ kind, after }) => (await after(place, limit + 1)).map((line) => ({ kind, line }))),
  )
  const merged = found
    .flat()
    .toSorted(
      (a, b) => a.line.at.getTime() - b.line.at.getTime() || kinds.indexOf(a.kind) - kinds.indexOf(b.kind),
    )
  const page = merged.slice(0, limit)
  const last = page.at(-1)
  const mark = page.findLast(({ line }) => line.mark)?.line.mark ?? place?.mark ?? null
  const next =
    last && merged.length > limit ? { at: last.line.at, kind: last.kind, id: last.line.id, mark } : null
  return { items: page.map(({ line }) => line.view), next }
}

/**
 * The part of a query that keeps a collection to what is after a place and within a part of time. Where the place is a line of
 * this very ledger, its lines of the same instant go on after it, by the field that orders them.
 */
export function afterPlace(
  kind: Kind,
  place: Place | null,
  { from, before }: Part,
  orderedBy: [field: string, valueOf: (id: string) => string | number],
) {
  const starts = [place?.at, from].flatMap((at) => at ?? []).map((at) => at.getTime())
  const start = new Date(Math.max(0, ...starts))
  const isPast = place !== null && kinds.indexOf(kind) < kinds.indexOf(place.kind)
  const comesAfterAll = isPast && place.at.getTime() === start.getTime()
  const [field, valueOf] = orderedBy
  const at = { [comesAfterAll ? '$gt' : '$gte']: start, ...(before && { $lt: before }) }
  const isOwn = place?.kind === kind
  return {
    at,
    ...(isOwn && { $or: [{ at: { $ne: place.at } }, { [field]: { $gt: valueOf(place.id) } }] }),
  }
}

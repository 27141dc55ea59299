import { z } from 'zod'
import { Id } from '../../models/cursor.ts'
import { ledgerKinds, type LedgerKind } from '../../policy/access/visibility.ts'

/** The last millisecond of the last year that has four digits. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Where in the engine's books a line stands, since its instant and id are not enough to find it again: the run, the token of
 * its page, the event, the instant (milliseconds since 1970), and what the run waits for.
 */
export const EnginePosition = z.tuple([Id, z.string(), z.int().min(0), z.int().min(0).max(latestMs), Id])
/** As `EnginePosition`. */
export type EnginePosition = z.infer<typeof EnginePosition>

/** A cursor between two lines of a history: the last line before it, and the engine position of the last that had one. */
export type HistoryCursor = { at: Date; kind: LedgerKind; id: string; engine: EnginePosition | null }

const Written = z.tuple([
  z.iso.datetime({ precision: 3 }),
  z.enum(ledgerKinds),
  Id,
  EnginePosition.nullable(),
])

/** A cursor as it is written. */
export const HistoryCursorKey = z.codec(Written, z.custom<HistoryCursor>(), {
  decode: ([at, kind, id, engine]) => ({ at: new Date(at), kind, id, engine }),
  encode: ({ at, kind, id, engine }): z.infer<typeof Written> => [at.toISOString(), kind, id, engine],
})

/** A line as all ledgers have them: its instant, its name within the ledger, and how it is shown. */
export type LedgerLine<V> = { at: Date; id: string; view: V; engine?: EnginePosition }

/** The part of a history that is asked for: one person's, from an instant, and before another. */
export type Part = { person: string | undefined; from: Date | null; before: Date | null }

/** A book of one kind of lines about a case. */
export type Ledger<V> = {
  kind: LedgerKind
  /** The first lines after a cursor, or of all, in their order; no more than `limit`. */
  after: (cursor: HistoryCursor | null, limit: number) => Promise<LedgerLine<V>[]>
}

/**
 * A page of several ledgers as one: by instant, then by kind, then as each ledger orders its own. Each is asked for a page at
 * most, so that a page costs the same wherever it is.
 */
export async function pageOfLedgers<V>(
  ledgers: Ledger<V>[],
  cursor: HistoryCursor | null,
  limit: number,
): Promise<{ items: V[]; next: HistoryCursor | null }> {
  const found = await Promise.all(
    ledgers.map(async ({ kind, after }) => (await after(cursor, limit + 1)).map((line) => ({ kind, line }))),
  )
  const merged = found
    .flat()
    .toSorted(
      (a, b) =>
        a.line.at.getTime() - b.line.at.getTime() ||
        ledgerKinds.indexOf(a.kind) - ledgerKinds.indexOf(b.kind),
    )
  const page = merged.slice(0, limit)
  const last = page.at(-1)
  const engine = page.findLast(({ line }) => line.engine)?.line.engine ?? cursor?.engine ?? null
  const next =
    last && merged.length > limit ? { at: last.line.at, kind: last.kind, id: last.line.id, engine } : null
  return { items: page.map(({ line }) => line.view), next }
}

/**
 * The part of a query that keeps a collection to what is after a cursor and within a part of time. Where the cursor is a line of
 * this very ledger, its lines of the same instant go on after it, by the field that orders them.
 */
export function afterCursor(
  kind: LedgerKind,
  cursor: HistoryCursor | null,
  { from, before }: Part,
  orderedBy: [field: string, valueOf: (id: string) => string | number],
) {
  const starts = [cursor?.at, from].flatMap((at) => at ?? []).map((at) => at.getTime())
  const start = new Date(Math.max(0, ...starts))
  const isPast = cursor !== null && ledgerKinds.indexOf(kind) < ledgerKinds.indexOf(cursor.kind)
  const comesAfterAll = isPast && cursor.at.getTime() === start.getTime()
  const [field, valueOf] = orderedBy
  const at = { [comesAfterAll ? '$gt' : '$gte']: start, ...(before && { $lt: before }) }
  const isOwn = cursor?.kind === kind
  return {
    at,
    ...(isOwn && { $or: [{ at: { $ne: cursor.at } }, { [field]: { $gt: valueOf(cursor.id) } }] }),
  }
}

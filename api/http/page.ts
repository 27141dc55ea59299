import { z } from 'zod'
import type { Model, QueryFilter } from 'mongoose'
import { DayAndId, InstantAndId, readCursor, writeCursor } from '../../models/cursor.ts'
import { inBoth } from '../../policy/words/bilingual.ts'

/** A whole number in an address, in plain digits. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(
      /^\d{1,6}$/,
      inBoth(`须为 ${min} 至 ${max} 的整数`, `must be a whole number from ${min} to ${max}`),
    )
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ override: { type: 'integer', minimum: min, maximum: max } })
}

/** The query of a list: how many, and where to go on. */
export const PageQuery = z.strictObject({
  limit: wholeNumber(1, 100).default(20),
  cursor: z.string().min(1).max(400).optional().meta({ description: '`next` of the page before.' }),
})

/** A page of a list; `next` is null on the last one. */
export function pageSchema<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** The order of a list: by fields of its documents, the last of which no two share, and the key of its cursors. */
export type Order<F extends string> = {
  by: readonly [unique: F] | readonly [first: F, unique: '_id']
  key: z.ZodType<readonly unknown[]>
  way: '$gt' | '$lt'
}

/** The newest first, by an instant. */
export const newestBy = <F extends string>(field: F): Order<F> => ({
  by: [field, '_id'],
  key: InstantAndId,
  way: '$lt',
})

/** By a day. */
export const byDay = <F extends string>(field: F, way: '$gt' | '$lt'): Order<F> => ({
  by: [field, '_id'],
  key: DayAndId,
  way,
})

/** Reads a page of a list. */
export async function findPage<T>(
  model: Model<T>,
  filter: QueryFilter<T>,
  { limit, cursor }: z.infer<typeof PageQuery>,
  { by, key, way }: Order<keyof T & string>,
): Promise<{ items: T[]; next: string | null }> {
  const after = cursor === undefined ? [] : [behind(by, readCursor(key, cursor), way)]
  const sort = Object.fromEntries(by.map((field) => [field, way === '$lt' ? -1 : 1]))
  const found = await model
    .find({ $and: [filter, ...after] } as QueryFilter<T>, null, { sort, limit: limit + 1 })
    .lean<T[]>()
  const of = (item: T) => by.map((field) => (item as Record<string, unknown>)[field])
  return pageOf(found, limit, { key, of })
}

/**
 * The part of a query that goes on behind a place in a list. The range of the first field stands alone, so that MongoDB reads
 * what it merges in order.
 */
export function behind(by: readonly string[], place: readonly unknown[], way: '$gt' | '$lt') {
  const [first = '', unique] = by
  if (unique === undefined) return { [first]: { [way]: place[0] } }
  return {
    [first]: { [`${way}e`]: place[0] },
    $or: [{ [first]: { $ne: place[0] } }, { [unique]: { [way]: place[1] } }],
  }
}

/** Cuts one item too many into a page: `limit` of them and a cursor if there are more. */
export function pageOf<T, K extends readonly unknown[]>(
  found: T[],
  limit: number,
  cursor: { key: z.ZodType<K>; of: (item: T) => K },
): { items: T[]; next: string | null } {
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  return { items, next: last === undefined ? null : writeCursor(cursor.key, cursor.of(last)) }
}

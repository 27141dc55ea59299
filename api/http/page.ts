import { z } from 'zod'
import { writeCursor } from '../../models/cursor.ts'
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

/** The part of a query that goes on behind a place in a list that is sorted by a key and then by `_id`. */
export function behind<V>(key: string, [value, id]: readonly [V, string], way: '$gt' | '$lt') {
  return { $or: [{ [key]: { [way]: value } }, { [key]: value, _id: { [way]: id } }] }
}

/** Cuts one item too many into a page: `limit` of them and a cursor if there are more. */
export function pageOf<T, V, K extends readonly unknown[]>(
  found: T[],
  limit: number,
  cursor: { place: z.ZodType<K>; of: (item: T) => K },
  view: (item: T) => V,
) {
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  const next = last === undefined ? null : writeCursor(cursor.place, cursor.of(last))
  return { items: items.map(view), next }
}

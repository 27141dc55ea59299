import { z } from 'zod'
import { inBoth } from '../policy/bilingual.ts'
import { RefusalError } from '../policy/errors.ts'
import { notOfThisList } from '../policy/issues.ts'

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
  cursor: z.string().max(400).optional().meta({ description: '`next` of the page before.' }),
})

/** A page of a list; `next` is null on the last one. */
export function pageSchema<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** Packs the sort key of the last item into a cursor. */
export function encodeCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Unpacks a cursor; refuses one that is not of this list. */
export function decodeCursor<S extends z.ZodType>(
  cursor: string | undefined,
  key: S,
): z.output<S> | undefined {
  if (cursor === undefined) return undefined
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new RefusalError(notOfThisList, { cause })
  }
}

/** The part of a query that goes on behind a place in a list that is sorted by a key and then by `_id`. */
export function behind<V>(key: string, [value, id]: readonly [V, string], way: '$gt' | '$lt') {
  return { $or: [{ [key]: { [way]: value } }, { [key]: value, _id: { [way]: id } }] }
}

/** Cuts one item too many into a page: `limit` of them and a cursor if there are more. */
export function pageOf<T, V>(
  found: T[],
  limit: number,
  keyOf: (item: T) => readonly (string | number | null)[],
  view: (item: T) => V,
) {
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  return { items: items.map(view), next: last === undefined ? null : encodeCursor(keyOf(last)) }
}

import { z } from 'zod'
import { RefusalError } from '../policy/errors.ts'
import { notOfThisList } from '../policy/words/issues.ts'

/** An instant as every cursor holds it: to the millisecond, of a year with four digits. */
export const Instant = z.codec(z.iso.datetime({ precision: 3 }), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})

/** The last key of a list's order: the `_id` of a document. */
export const Id = z.string().max(1_000)

/** Where most lists go on: after an instant, then after an id. */
export const InstantAndId = z.tuple([Instant, Id])

/** Where lists go on that are in the order of days. */
export const DayAndId = z.tuple([z.iso.date(), Id])

/** Where lists go on that are in the order of numbers. */
export const Serial = z.tuple([z.int().min(0).max(1e9)])

/** Writes where a list goes on as a cursor. */
export function writeCursor<S extends z.ZodType>(key: S, value: z.output<S>): string {
  return Buffer.from(JSON.stringify(z.encode(key, value))).toString('base64url')
}

/** Reads a cursor exactly as it is written: whatever would not be written so again is none of this list. */
export function readCursor<S extends z.ZodType>(key: S, cursor: string): z.output<S> {
  const value = parsed(key, cursor)
  if (value === undefined || writeCursor(key, value) !== cursor) throw new RefusalError(notOfThisList)
  return value
}

function parsed<S extends z.ZodType>(key: S, cursor: string): z.output<S> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const { success, data } = key.safeParse(value)
    return success ? data : undefined
  } catch {
    return undefined
  }
}

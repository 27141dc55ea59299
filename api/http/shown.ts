import type { z } from 'zod'

/** What something may have where it is shown as a text: an instant, which is written in ISO 8601. */
type Shown<T> = { [K in keyof T]: string extends T[K] ? T[K] | Date : T[K] }

/** The fields that a schema shows, of something that may have others. */
export function shown<S extends z.ZodObject>(schema: S, from: Shown<z.output<S>>): z.output<S> {
  const has = from as Record<string, unknown>
  const fields = Object.keys(schema.shape).filter((field) => has[field] !== undefined)
  return Object.fromEntries(fields.map((field) => [field, textOf(has[field])])) as z.output<S>
}

function textOf(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value
}

/** A mapping of a document that is not read by a schema. */
export type Mapping = Record<string, unknown>

/** Whether something in a document is a mapping, and no list. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

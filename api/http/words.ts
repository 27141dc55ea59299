import { z } from 'zod'

/** A name or a sentence in both languages. */
export const Words = z.object({ zh: z.string(), en: z.string() })

/** The keys of a table, for an enumeration of the schema. */
export const keysOf = <K extends string>(table: Record<K, unknown>) => Object.keys(table) as K[]

import type { Leaf } from '../policy/integrity/anchors.ts'
import { count, optionalCount, schemaOf, text } from './fields.ts'

/** A leaf of an anchor; `_id` is `serial:kind:id`, which is also its place in the tree. */
export type LeafRecord = Leaf & { _id: string; anchor: number }

export const leafSchema = schemaOf<LeafRecord>('leaves', {
  _id: text,
  anchor: count,
  kind: text,
  id: text,
  revision: optionalCount,
  digest: text,
})
// In which anchors a case is.
leafSchema.index({ id: 1, anchor: 1 })

import { Schema } from 'mongoose'
import type { Anchor, Leaf } from '../policy/integrity/anchors.ts'
import { count, date, optionalText, strict, text } from './fields.ts'

/** A signed anchor over all that has changed since the one before; `_id` is its serial. */
export type AnchorRecord = Omit<Anchor, 'serial' | 'at'> & { _id: number; at: Date }

/** A leaf of an anchor; `_id` is `serial:kind:id`, which is also its place in the tree. */
export type LeafRecord = Leaf & { _id: string; anchor: number }

export const anchorSchema = new Schema<AnchorRecord>(
  {
    _id: count,
    day: text,
    at: date,
    previous: optionalText,
    count,
    root: text,
    suite: text,
    key: text,
    publicKey: text,
    signature: text,
  },
  { ...strict, collection: 'anchors' },
)

export const leafSchema = new Schema<LeafRecord>(
  {
    _id: text,
    anchor: count,
    kind: text,
    id: text,
    revision: { type: Number, default: null },
    digest: text,
  },
  { ...strict, collection: 'leaves', id: false },
)
leafSchema.index({ id: 1, anchor: 1 })

/** An anchor as it was signed. */
export function anchorOf({ _id, at, ...rest }: AnchorRecord): Anchor {
  return { serial: _id, at: at.toISOString(), ...rest }
}

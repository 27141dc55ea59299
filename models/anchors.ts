import type { Anchor } from '../policy/integrity/anchors.ts'
import { count, date, optionalText, schemaOf, text } from './fields.ts'

/** A signed anchor over all that has changed since the one before; `_id` is its serial. */
export type AnchorRecord = Omit<Anchor, 'serial' | 'at'> & { _id: number; at: Date }

export const anchorSchema = schemaOf<AnchorRecord>('anchors', {
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
})

/** An anchor as it was signed. */
export function anchorOf({ _id, at, ...rest }: AnchorRecord): Anchor {
  return { serial: _id, at: at.toISOString(), ...rest }
}

import type { Capacity } from '../policy/access/capacities.ts'
import type { Channel } from './notices.ts'
import {
  field,
  json,
  jsons,
  optionalJson,
  optionalText,
  schemaOf,
  text,
  word,
  type RecordOf,
} from './fields.ts'

/** What a person wants on a channel: everything, or no more than the law needs. */
export type ChannelPreference = 'all' | 'required'

/** A mail address that somebody has named and that is not known to be theirs; `codes` are what a mail to it has carried. */
export type NewEmail = { address: string; codes: { hash: string; until: Date }[] }

/** Where somebody is called, and since when the receiver has said that there is nothing any more. */
export type Hook = { url: string; secret: string; goneAt: Date | null }

/** A person as the dispatcher knows them; `_id` is who they are to the portal. */
export type PersonRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  /** Every right by which they have shown themselves, also those that have ended. */
  capacities: jsons<Capacity>(),
  /** Which write of the capacities this is, so that of two at once none is lost. */
  turn: field<number>({ type: Number, default: 0 }),
  /** When administrators took all that was held until then away from them. */
  removals: jsons<{ by: string; at: Date; reason: string }>(),
  /** Confirmed by a code that a mail to it has carried. */
  email: optionalText,
  newEmail: optionalJson<NewEmail>(),
  /** `both`: Chinese first. */
  language: word<'zh' | 'en' | 'both'>(),
  preferences: json<Record<Channel, ChannelPreference> & { inbox: 'all' }>(),
  webhook: optionalJson<Hook>(),
  /** SHA-256 of the secret in the address of their calendar feed; null if they have none. */
  feed: optionalText,
}

export const personSchema = schemaOf<PersonRecord>('people', fields)
// Who is told as an audience.
personSchema.index({ 'capacities.role': 1, 'capacities.district': 1, 'capacities.uscc': 1, _id: 1 })
// Whose calendar feed has an address.
personSchema.index({ feed: 1 }, { unique: true, partialFilterExpression: { feed: { $type: 'string' } } })

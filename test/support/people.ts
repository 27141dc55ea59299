import type { PersonRecord } from '../../models/index.ts'
import type { Actor } from '../../policy/case.ts'

/** A person as the post knows them from their first visit: no address yet, everything wished for. */
export function personOf({ user, role, district = null, uscc = null }: Loose): PersonRecord {
  return {
    _id: user,
    role,
    district,
    uscc,
    email: null,
    language: 'zh',
    wishes: { inbox: 'all', email: 'all', webhook: 'all' },
    webhook: null,
    feed: null,
    seenAt: new Date(0),
  }
}

type Loose = Pick<Actor, 'user' | 'role'> & {
  district?: string | null | undefined
  uscc?: string | null | undefined
}

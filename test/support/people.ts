import type { PersonRecord } from '../../models/index.ts'
import type { Capacity } from '../../policy/access/capacities.ts'
import type { Actor } from '../../policy/case/case.ts'

/** Long after every day that a test plays: whoever was seen then is here. */
const always = new Date('2100-01-01')

/** A capacity that is live on whatever day a test plays. */
export function aCapacity(overrides: Partial<Capacity> = {}): Capacity {
  return {
    role: 'district',
    district: '渝北区',
    uscc: null,
    issuedAt: always,
    seenAt: always,
    ended: false,
    ...overrides,
  }
}

/** A person as the dispatcher knows them from their first visit: no address yet, everything wished for. */
export function personOf({ user, role, district = null, uscc = null }: Loose): PersonRecord {
  const isOwn = role.startsWith('enterprise')
  return {
    _id: user,
    capacities: [
      aCapacity({ role, district: role === 'district' ? district : null, uscc: isOwn ? uscc : null }),
    ],
    turn: 1,
    removals: [],
    email: null,
    newEmail: null,
    language: 'both',
    preferences: { inbox: 'all', email: 'all', webhook: 'all' },
    webhook: null,
    feed: null,
  }
}

type Loose = Pick<Actor, 'user' | 'role'> & {
  district?: string | null | undefined
  uscc?: string | null | undefined
}

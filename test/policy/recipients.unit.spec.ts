import { describe, expect, it } from 'vitest'
import type { Audience } from '../../policy/access/scope.ts'
import { oneByOne, recipientsOf, type KnownPerson } from '../../policy/notices/recipients.ts'
import { aCapacity } from '../support/people.ts'

const now = Date.parse('2026-01-05T01:00:00Z')
const district: Audience = { role: 'district', district: '渝北区', uscc: null }
const enterprise: Audience = { role: 'enterprise', district: null, uscc: 'U' }
const admin: Audience = { ...enterprise, role: 'enterpriseAdmin' }
const audiences = [district, enterprise, admin, { role: 'municipal', district: null, uscc: null }]
const meant = { roles: ['district'], user: null, required: false }
const mailbox = 'mailbox:district:渝北区'

const person = (_id: string, ...capacities: Partial<KnownPerson['capacities'][number]>[]): KnownPerson => ({
  _id,
  capacities: capacities.map(aCapacity),
})
const tell = (notice: Partial<Parameters<typeof recipientsOf>[0]>, known: KnownPerson[]) =>
  recipientsOf({ ...meant, ...notice }, audiences, known, now)

const qian = person('qian', {})

describe('whoever has the task in hand', () => {
  it('is told alone, whatever the law wants told', () => {
    expect(tell({ user: 'wang', required: true }, [person('wang', {}), qian])).toEqual([{ user: 'wang' }])
  })

  it.each<[what: string, Partial<KnownPerson['capacities'][number]>[]]>([
    ['has moved to another district', [{ ended: true }, { district: '江北区' }]],
    ['holds another role', [{ ended: true }, { role: 'municipal', district: null }]],
    ['holds another role alone', [{ role: 'auditor', district: null }]],
    ['works for an enterprise', [{ ended: true }, enterprise]],
    ['was not seen for long', [{ seenAt: new Date(now - 46 * 86_400_000) }]],
    ['was removed', [{ ended: true }]],
    ['is not known', []],
  ])('and %s is not told: everybody else is', (_what, capacities) => {
    expect(tell({ user: 'wang' }, [person('wang', ...capacities), qian])).toEqual([{ user: 'qian' }])
    expect(tell({ user: 'wang' }, [person('wang', ...capacities)])).toEqual([{ mailbox, besides: [] }])
  })
})

describe('everybody who holds the role where the case is', () => {
  it('is told, and their mailbox besides of what the law wants told', () => {
    const known = [person('wang', {}), qian, person('sun', { district: '江北区' })]
    expect(tell({}, known)).toEqual([{ user: 'wang' }, { user: 'qian' }])
    expect(tell({ required: true }, known)).toEqual([
      { user: 'wang' },
      { user: 'qian' },
      { mailbox, besides: ['wang', 'qian'] },
    ])
  })

  it('is told once, also who represents several enterprises', () => {
    const agent = person('agent', enterprise, { ...enterprise, uscc: 'V' })
    expect(tell({ roles: ['enterprise', 'enterpriseAdmin'] }, [agent])).toEqual([
      { user: 'agent' },
      { mailbox: 'mailbox:enterpriseAdmin:U', besides: [] },
    ])
  })

  it('is told through the mailbox alone where they are too many', () => {
    const crowd = Array.from({ length: oneByOne + 1 }, (_, index) => person(`d-${index}`, {}))
    expect(tell({ required: true }, crowd)).toEqual([{ mailbox, besides: [] }])
    expect(tell({}, crowd.slice(1))).toHaveLength(oneByOne)
  })
})

it('nobody is told of what is for a role that has no audience', () => {
  expect(tell({ roles: ['plumber'], user: 'qian' }, [qian])).toEqual([])
})

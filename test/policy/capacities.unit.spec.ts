import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  capacityOf,
  endedBy,
  isLive,
  withShown,
  type Audience,
  type Capacity,
} from '../../policy/access/capacities.ts'
import { chongqing, people } from '../fixtures.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 5) + seconds * 1_000)
const day = 86_400
const office = (role: string, district: string | null = null): Audience => ({ role, district, uscc: null })
const agentOf = (uscc: string, role = 'enterprise'): Audience => ({ role, district: null, uscc })

/** Tokens in the order in which they were issued, a second apart, each used at once. */
const afterTokens = (...shown: Audience[]): Capacity[] =>
  shown.reduce<Capacity[]>(
    (known, each, index) => withShown(known, { ...each, issuedAt: at(index), seenAt: at(index) }),
    [],
  )

/** Tokens that do not say when they were issued, used one after the other. */
const afterComing = (...shown: Audience[]): Capacity[] =>
  shown.reduce<Capacity[]>(
    (known, each, index) => withShown(known, { ...each, issuedAt: at(0), seenAt: at(index) }),
    [],
  )

const heldIn = (capacities: readonly Capacity[]) =>
  capacities
    .filter(({ ended }) => !ended)
    .map(({ role, district, uscc }) => [role, district, uscc].filter(Boolean).join(' '))
    .toSorted()

const yubei = office('district', '渝北区')
const jiangbei = office('district', '江北区')

describe('after tokens that name them one after the other, a person holds', () => {
  it.each<[what: string, shown: Audience[], held: string[]]>([
    ['the district that they moved to', [yubei, jiangbei], ['district 江北区']],
    ['the district that they came back to', [yubei, jiangbei, yubei], ['district 渝北区']],
    [
      'the office of the city, and no more the one of the district',
      [yubei, office('municipal')],
      ['municipal'],
    ],
    ['an office of the platform, and no more one of an authority', [yubei, office('auditor')], ['auditor']],
    [
      'each enterprise that they file for',
      [agentOf('U'), agentOf('V'), agentOf('U')],
      ['enterprise U', 'enterprise V'],
    ],
    [
      'of one enterprise the role that they have there now',
      [agentOf('U'), agentOf('U', 'enterpriseAdmin')],
      ['enterpriseAdmin U'],
    ],
    [
      'an enterprise, and no more an office',
      [yubei, agentOf('U'), agentOf('V')],
      ['enterprise U', 'enterprise V'],
    ],
    ['an office, and no more enterprises', [agentOf('U'), agentOf('V'), yubei], ['district 渝北区']],
  ])('%s', (_what, shown, held) => {
    expect(heldIn(afterTokens(...shown))).toEqual(held)
  })
})

describe('which capacities are held', () => {
  const audience = fc.constantFrom(
    yubei,
    jiangbei,
    office('municipal'),
    agentOf('U'),
    agentOf('U', 'enterpriseAdmin'),
    agentOf('V'),
    agentOf('W'),
  )
  const tokens = fc
    .uniqueArray(fc.tuple(audience, fc.integer({ min: 1, max: 50 })), {
      selector: ([, issued]) => issued,
      maxLength: 8,
    })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))

  it('does not depend on which token came last', () => {
    fc.assert(
      fc.property(tokens, ([one, other]) => {
        const after = (order: typeof one) =>
          heldIn(
            order.reduce<Capacity[]>(
              (known, [shown, issued], index) =>
                withShown(known, { ...shown, issuedAt: at(issued), seenAt: at(100 + index) }),
              [],
            ),
          )
        expect(after(other)).toEqual(after(one))
      }),
    )
  })

  it('goes by when they came where tokens do not say when they were issued, or in the same second', () => {
    expect(heldIn(afterComing(yubei, jiangbei))).toEqual(['district 江北区'])
    expect(heldIn(afterComing(jiangbei, yubei))).toEqual(['district 渝北区'])
    expect(heldIn(afterComing(agentOf('U'), agentOf('V')))).toEqual(['enterprise U', 'enterprise V'])
  })
})

describe('a removal', () => {
  const removedAt = at(10)
  const [shown] = afterTokens(yubei)
  const kept = endedBy(shown ? [shown] : [], removedAt)

  it('ends what was held, also where a token from before it is used again', () => {
    expect(heldIn(kept)).toEqual([])
    expect(heldIn(withShown(kept, { ...yubei, issuedAt: at(10), seenAt: at(60) }, removedAt))).toEqual([])
    expect(heldIn(withShown(kept, { ...agentOf('U'), issuedAt: at(3), seenAt: at(60) }, removedAt))).toEqual(
      [],
    )
  })

  it('is over with a token that was issued after it', () => {
    expect(heldIn(withShown(kept, { ...yubei, issuedAt: at(11), seenAt: at(60) }, removedAt))).toEqual([
      'district 渝北区',
    ])
  })
})

describe('a capacity that was not used for long', () => {
  it.each<[Audience, days: number]>([
    [yubei, 45],
    [office('municipal'), 45],
    [agentOf('U'), 400],
  ])('counts no more: %o after %i days', (audience, days) => {
    const [capacity] = afterTokens(audience)
    if (!capacity) throw new Error('nothing was shown')
    expect(isLive(capacity, at(days * day).getTime())).toBe(true)
    expect(isLive(capacity, at(days * day + 1).getTime())).toBe(false)
    expect(isLive({ ...capacity, ended: true }, at(0).getTime())).toBe(false)
  })
})

describe('the capacity of a token', () => {
  it('goes by the scope of its role alone', () => {
    const { verifier, clerk, reviewer } = people
    const beside = { district: '渝北区', uscc: clerk.uscc }
    expect(capacityOf(chongqing.edition, { ...verifier, uscc: clerk.uscc })).toEqual(yubei)
    expect(capacityOf(chongqing.edition, { ...clerk, district: '渝北区' })).toEqual(agentOf(clerk.uscc))
    expect(capacityOf(chongqing.edition, { ...reviewer, ...beside })).toEqual(office('municipal'))
  })

  it.each([[{ role: 'plumber', district: '渝北区' }], [{ role: 'district' }], [{ role: 'enterprise' }]])(
    'is none where it has no place: %o',
    (claims) => {
      expect(capacityOf(chongqing.edition, claims)).toBeNull()
    },
  )
})

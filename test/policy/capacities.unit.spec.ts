import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  actorIn,
  endedBy,
  isLive,
  isSame,
  seenSince,
  withShown,
  type Capacity,
} from '../../policy/access/capacities.ts'
import { audienceOf, type Audience } from '../../policy/access/scope.ts'
import { chongqing, people } from '../fixtures.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 5) + seconds * 1_000)
const day = 86_400
const office = (role: string, district: string | null = null): Audience => ({ role, district, uscc: null })
const agentOf = (uscc: string, role = 'enterprise'): Audience => ({ role, district: null, uscc })

type Times = Pick<Capacity, 'issuedAt' | 'seenAt'>

const afterShown = (shown: Audience[], timesOf: (index: number) => Times) =>
  shown.reduce<Capacity[]>((known, each, index) => withShown(known, { ...each, ...timesOf(index) }), [])

/** Tokens in the order in which they were issued, a second apart, each used at once. */
const afterTokens = (...shown: Audience[]) =>
  afterShown(shown, (index) => ({ issuedAt: at(index), seenAt: at(index) }))

/** Tokens that do not say when they were issued, used one after the other. */
const afterComing = (...shown: Audience[]) =>
  afterShown(shown, (index) => ({ issuedAt: at(0), seenAt: at(index) }))

/** Tokens that were issued and used in one instant. */
const afterOneInstant = (...shown: Audience[]) =>
  afterShown(shown, () => ({ issuedAt: at(0), seenAt: at(0) }))

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

describe('what is known of a capacity', () => {
  it('is when its latest token was issued and when it was last used, whichever came last', () => {
    const known = withShown([], { ...yubei, issuedAt: at(20), seenAt: at(30) })
    const [older, ...others] = withShown(known, { ...yubei, issuedAt: at(10), seenAt: at(40) })
    expect([older, others]).toEqual([{ ...yubei, issuedAt: at(20), seenAt: at(40), ended: false }, []])
    const [newer] = withShown(known, { ...yubei, issuedAt: at(25), seenAt: at(29) })
    expect(newer).toEqual({ ...yubei, issuedAt: at(25), seenAt: at(30), ended: false })
  })

  it('goes on where one that took its place is known as older', () => {
    const known = afterTokens(yubei, jiangbei)
    const back = withShown(known, { ...yubei, issuedAt: at(5), seenAt: at(6) })
    expect(back.map(({ district, ended }) => [district, ended])).toEqual([
      ['渝北区', false],
      ['江北区', true],
    ])
  })

  it('is kept of the three hundred that were used last, the last one first', () => {
    const many = Array.from({ length: 300 }, (_, index) => agentOf(`U${index}`))
    const known = afterTokens(...many)
    expect(known.map(({ uscc }) => uscc)).toEqual(many.map(({ uscc }) => uscc).toReversed())
    const more = withShown(known, { ...agentOf('V'), issuedAt: at(400), seenAt: at(400) })
    expect([more.length, more[0]?.uscc, more.at(-1)?.uscc]).toEqual([300, 'V', 'U1'])
  })
})

describe('two capacities whose tokens cannot be told apart by time', () => {
  it.each([
    [yubei, jiangbei],
    [yubei, office('municipal')],
    [agentOf('U'), agentOf('U', 'enterpriseAdmin')],
  ])('are one, and the same one whichever came last: %o, %o', (one, other) => {
    const held = heldIn(afterOneInstant(one, other))
    expect(held).toHaveLength(1)
    expect(heldIn(afterOneInstant(other, one))).toEqual(held)
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

describe('since when it must have been used', () => {
  const now = at(0).getTime()

  it('is 45 days for an office and 400 for an enterprise', () => {
    expect([seenSince(null, now), seenSince('U', now)]).toEqual([at(-45 * day), at(-400 * day)])
  })
})

it('a person acts in a capacity with what it has, and with nothing else', () => {
  expect(actorIn('wang', yubei)).toEqual({ user: 'wang', role: 'district', district: '渝北区' })
  expect(actorIn('lin', agentOf('U'))).toEqual({ user: 'lin', role: 'enterprise', uscc: 'U' })
  expect(actorIn('zhao', office('municipal'))).toEqual({ user: 'zhao', role: 'municipal' })
})

it('two audiences are one where all of them is the same', () => {
  const audience = { role: 'r', district: 'd', uscc: 'u' }
  expect(isSame(audience, { ...audience })).toBe(true)
  for (const other of [{ role: 'x' }, { district: 'x' }, { uscc: 'x' }])
    expect(isSame(audience, { ...audience, ...other })).toBe(false)
})

describe('the capacity of a token', () => {
  it('goes by the scope of its role alone', () => {
    const { verifier, clerk, reviewer } = people
    const beside = { district: '渝北区', uscc: clerk.uscc }
    expect(audienceOf(chongqing.edition, { ...verifier, uscc: clerk.uscc })).toEqual(yubei)
    expect(audienceOf(chongqing.edition, { ...clerk, district: '渝北区' })).toEqual(agentOf(clerk.uscc))
    expect(audienceOf(chongqing.edition, { ...reviewer, ...beside })).toEqual(office('municipal'))
  })

  it.each([[{ role: 'plumber', district: '渝北区' }], [{ role: 'district' }], [{ role: 'enterprise' }]])(
    'is none where it has no place: %o',
    (claims) => {
      expect(audienceOf(chongqing.edition, claims)).toBeNull()
    },
  )
})

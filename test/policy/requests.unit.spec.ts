import { describe, expect, it } from 'vitest'
import { people } from '../fixtures.ts'
import { certified, type Journey } from './given.ts'

const { clerk, colleague, verifier, secondVerifier } = people
const extension = {
  type: 'requestExtension',
  reason: '缺芯',
  measures: '换型',
  completeOn: '2022-03-31',
} as const

/** The holder has asked for an extension, and an officer then for a revocation. */
const heard = certified({ completeOn: '2021-10-30' })
  .on('2021-10-25')
  .when(clerk, extension)
  .when(verifier, 'requestRevocation')
const claimed = heard.when(clerk, 'respond').when(secondVerifier, 'claim')

const asked = ({ state }: Journey) => state.case.supervision?.request
const place = ({ place: [construction] }: Journey) => construction

describe('an extension that waits while an officer wants a revocation', () => {
  it.each([
    ['who asked', clerk],
    ['a colleague', colleague],
  ])('is taken back by %s, and nothing else is', (_, holder) => {
    const after = heard.when(holder, 'withdrawRequest')
    expect(asked(heard)).toMatchObject({ kind: 'revocation', waiting: { kind: 'extension' } })
    expect(asked(after)).toMatchObject({ kind: 'revocation', by: verifier.user })
    expect(asked(after)).not.toHaveProperty('waiting')
    expect(place(after)).toBe('hearing')
    expect(after.due('hearing')).toEqual(heard.due('hearing'))
    expect(after.steps.at(-1)?.notices).toEqual([])
    expect(after.refusal(holder, 'withdrawRequest')).toMatchObject({ code: 'not-your-role' })
  })

  it('is taken back while the revocation is in hand, which stays there', () => {
    const after = claimed.when(clerk, 'withdrawRequest')
    expect(place(after)).toBe('revocationDecision.claimed')
    expect(after.state.case.claimedBy).toBe(secondVerifier.user)
    expect(place(after.when(secondVerifier, 'refuseRevocation'))).toBe('building')
  })

  it('is decided after the revocation where it was not taken back, nor by whom the officers withdrew', () => {
    expect(place(claimed.when(secondVerifier, 'refuseRevocation'))).toBe('extensionDecision.unclaimed')
    const withdrawn = heard.when(verifier, 'withdrawRequest')
    expect(place(withdrawn)).toBe('extensionDecision.unclaimed')
    expect(asked(withdrawn)).toMatchObject({ kind: 'extension', by: clerk.user })
  })

  it('makes its day the last one for the completion, if the date has passed', () => {
    const late = heard.on('2021-11-05').when(clerk, 'withdrawRequest')
    expect(late.state.case.supervision).toMatchObject({ decidedOn: '2021-11-05', overdue: false })
  })
})

it('nobody takes back what the other side has asked for', () => {
  const ofOfficer = certified().when(verifier, 'requestRevocation')
  expect(ofOfficer.refusal(clerk, 'withdrawRequest')).toMatchObject({ allowed: ['district'] })
  const ofHolder = certified().when(clerk, 'requestRevocation')
  expect(ofHolder.refusal(verifier, 'withdrawRequest')).toMatchObject({
    allowed: ['enterprise', 'enterpriseAdmin'],
  })
})

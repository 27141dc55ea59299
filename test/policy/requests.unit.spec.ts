import { shownSupervision } from '../../policy/stages/supervision/shown.ts'
import { describe, expect, it } from 'vitest'
import { people } from '../fixtures.ts'
import { certified, type Journey } from './given.ts'
import { holderOf } from './approvals.ts'

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
    expect(holderOf(after.state.case)).toBe(secondVerifier.user)
    expect(place(after.when(secondVerifier, 'refuseRevocation'))).toBe('building')
  })

  it('is decided after the revocation where it was not taken back, nor by whom the officers withdrew', () => {
    const refused = claimed.when(secondVerifier, 'refuseRevocation')
    expect(place(refused)).toBe('extensionDecision.unclaimed')
    expect(refused.state.case.assignments).toEqual([])
    expect(holderOf(refused.when(verifier, 'claim').state.case)).toBe(verifier.user)
    const withdrawn = heard.when(verifier, 'withdrawRequest')
    expect(place(withdrawn)).toBe('extensionDecision.unclaimed')
    expect(asked(withdrawn)).toMatchObject({ kind: 'extension', by: clerk.user })
  })

  it('states the reasons of a delay all the same, where it was asked for too late', () => {
    const late = certified({ completeOn: '2021-10-30' })
      .on('2021-11-02')
      .when(clerk, extension)
      .when(verifier, 'requestRevocation')
      .when(clerk, 'respond')
      .when(secondVerifier, 'claim', 'refuseRevocation')
    expect(place(late)).toBe('extensionDecision.unclaimed')
    expect(shownSupervision(late.state)).toMatchObject({ overdue: true, explained: true })
    const refused = late.when(verifier, 'claim', 'refuseExtension')
    expect(place(refused)).toBe('explained')
  })

  it('makes its day the last one for the completion, if the date has passed', () => {
    const late = heard.on('2021-11-05').when(clerk, 'withdrawRequest')
    expect(late.state.case.supervision).toMatchObject({ decidedOn: '2021-11-05' })
    expect(shownSupervision(late.state)).toMatchObject({ overdue: false })
  })
})

it('an officer who has an extension in hand has nothing in hand once the project is reported complete', () => {
  const inHand = certified().when(clerk, 'requestExtension').when(verifier, 'claim')
  expect(holderOf(inHand.state.case)).toBe(verifier.user)
  expect(inHand.when(clerk, 'complete').state).toMatchObject({ done: true, case: { assignments: [] } })
})

it('nobody takes back what the other side has asked for', () => {
  const ofOfficer = certified().when(verifier, 'requestRevocation')
  expect(ofOfficer.refusal(clerk, 'withdrawRequest')).toMatchObject({ allowed: ['district'] })
  const ofHolder = certified().when(clerk, 'requestRevocation')
  expect(ofHolder.refusal(verifier, 'withdrawRequest')).toMatchObject({
    allowed: ['enterprise', 'enterpriseAdmin'],
  })
})

import { describe, expect, it } from 'vitest'
import { findIneligibility } from '../../policy/case/actions.ts'
import type { Application } from '../../policy/edition/application.ts'
import type { Actor } from '../../policy/case/case.ts'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { given } from './given.ts'
import { holderOf } from './approvals.ts'

const { clerk, colleague, verifier, secondVerifier, elsewhere, reviewer, competitor, auditor } = people

const submitted = (overrides: Partial<Application> = {}, by: Actor = clerk) =>
  given(chongqing)
    .filed(clerk, anEnterprise(), anApplication(overrides))
    .when(by, 'completeAssessment', 'submit')
const as = (user: string, role: Actor): Actor => ({ ...role, user })
const resubmit = (overrides: Partial<Application>) =>
  ({ type: 'resubmit', application: anApplication(overrides) }) as const

const amend = (overrides: Partial<Application>) =>
  ({ type: 'amend', application: anApplication(overrides) }) as const

describe('two pairs of eyes', () => {
  it.each<[string, Actor]>([
    ['filed', as(clerk.user, verifier)],
    ['measured and submitted', as(colleague.user, verifier)],
  ])('who %s a case does not even claim it', (_, actor) => {
    expect(submitted({}, colleague).refusal(actor, 'claim')).toEqual({ code: 'four-eyes' })
  })

  it('who corrected a case does not decide it', () => {
    const corrected = submitted().when(verifier, 'claim', 'return').when(colleague, 'resubmit')
    expect(corrected.refusal(as(colleague.user, verifier), 'claim')).toEqual({ code: 'four-eyes' })
  })

  it('who verified a project in the district does not review it for the municipality', () => {
    const verified = submitted(large).when(verifier, 'claim', 'approve')
    expect(verified.refusal(as(verifier.user, reviewer), 'claim')).toEqual({ code: 'four-eyes' })
    expect(verified.refusal(reviewer, 'claim')).toBeUndefined()
  })

  it('who reviewed a project for the municipality does not verify it in the district', () => {
    const back = submitted(large).when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'return')
    expect(back.refusal(as(reviewer.user, verifier), 'claim')).toEqual({ code: 'four-eyes' })
  })

  it('who decided a case does not correct it for the enterprise', () => {
    const returned = submitted().when(verifier, 'claim', 'return')
    expect(returned.refusal(as(verifier.user, clerk), 'resubmit')).toEqual({ code: 'four-eyes' })
    expect(returned.refusal(as(verifier.user, clerk), 'withdraw')).toBeUndefined()
  })

  it('who returned a case may look at it again', () => {
    const again = submitted().when(verifier, 'claim', 'return').when(clerk, 'resubmit')
    expect(again.when(verifier, 'claim', 'approve').phase).toBe('certified')
  })
})

describe('a task in the hand of one officer', () => {
  const claimed = submitted().when(verifier, 'claim')

  it.each(['approve', 'return', 'reject'] as const)('another does not %s it', (type) => {
    expect(claimed.refusal(secondVerifier, type)).toEqual({ code: 'claimed-by-another', by: verifier.user })
    expect(claimed.refusal(verifier, type)).toBeUndefined()
  })

  it('is not claimed a second time', () => {
    expect(claimed.refusal(secondVerifier, 'claim')).toEqual({
      code: 'claimed-by-another',
      by: verifier.user,
    })
    expect(claimed.refusal(verifier, 'claim')).toMatchObject({ code: 'event-not-allowed' })
    expect(claimed.refusal(reviewer, 'claim')).toMatchObject({ code: 'event-not-allowed' })
    const decided = claimed.when(verifier, 'reject')
    expect(decided.refusal(secondVerifier, 'claim')).toMatchObject({ code: 'event-not-allowed' })
  })

  it('may be released by a colleague with a reason, who had it in hand is told, and claimed anew', () => {
    const release = { type: 'release' } as const
    expect(claimed.refusal(secondVerifier, release)).toEqual({
      code: 'reason-needed',
      field: 'reason',
      by: verifier.user,
    })
    expect(claimed.refusal(verifier, release)).toBeUndefined()
    const released = claimed.when(secondVerifier, { ...release, reason: '王某病假' })
    expect(released.steps.at(-1)?.notices).toMatchObject([
      {
        kind: 'released',
        task: 'districtVerification',
        user: verifier.user,
        words: '王某病假',
        required: true,
      },
    ])
    expect(claimed.when(verifier, release).steps.at(-1)?.notices).toEqual([])
    const taken = claimed.when(secondVerifier, 'release', 'claim')
    expect(holderOf(taken.state.case)).toBe(secondVerifier.user)
    expect(taken.refusal(verifier, 'approve')).toEqual({
      code: 'claimed-by-another',
      by: secondVerifier.user,
    })
  })
})

describe('an application that nobody has looked at yet', () => {
  const filed = given(chongqing).filed(clerk, anEnterprise(), anApplication())

  it('is amended until it is submitted, as often as need be, and keeps its place', () => {
    const amended = filed
      .when(clerk, amend({ name: '更名' }), 'completeAssessment')
      .when(colleague, amend({ name: '再更名', totalInvestment: '3000000.00' }))
    expect(amended.phase).toBe('application')
    expect(amended.state.case).toMatchObject({
      application: { name: '再更名' },
      assessment: { level: 2 },
      filers: [clerk.user, colleague.user],
    })
    expect(amended.steps.at(-1)?.entry).toMatchObject({
      type: 'amend',
      payload: { totalInvestment: '3000000.00' },
    })
    const submittedNow = amended.when(clerk, 'submit')
    expect(submittedNow.refusal(clerk, amend({}))).toMatchObject({ code: 'event-not-allowed' })
    expect(submittedNow.refusal(as(colleague.user, verifier), 'claim')).toEqual({ code: 'four-eyes' })
  })

  it('is re-checked as at filing', () => {
    expect(filed.refusal(clerk, amend({ effects: [] }))).toMatchObject({ code: 'not-eligible' })
    expect(filed.refusal(clerk, amend({ district: '江北区' }))).toMatchObject({ code: 'fixed-field' })
    expect(filed.refusal(competitor, amend({}))).toEqual({ code: 'not-found' })
    expect(filed.refusal(as('x', verifier), amend({}))).toMatchObject({ code: 'not-your-role' })
  })

  it('goes where its new form leads', () => {
    const toCity = filed
      .when(clerk, amend(large), 'completeAssessment', 'submit')
      .when(verifier, 'claim', 'approve')
    expect(toCity.phase).toBe('municipalReview')
  })
})

describe('a case that is not theirs', () => {
  it.each<[string, Actor]>([
    ['an officer of another district', elsewhere],
    ['another enterprise', competitor],
    ['an officer without a district', { user: 'x', role: 'district' }],
    ['an enterprise without a code', { user: 'x', role: 'enterprise' }],
    ['a role of another edition', { user: 'x', role: 'squirrel' }],
  ])('does not exist for %s, even with a wrong payload in a wrong state', (_, actor) => {
    const certified = submitted().when(verifier, 'claim', 'approve')
    for (const journey of [submitted(), certified]) {
      expect(journey.refusal(actor, 'claim')).toEqual({ code: 'not-found' })
      expect(journey.refusal(actor, resubmit({ effects: [] }))).toEqual({ code: 'not-found' })
    }
  })

  it('exists for the auditor, who does nothing', () => {
    expect(submitted().refusal(auditor, 'claim')).toEqual({ code: 'not-your-role', allowed: ['district'] })
    expect(submitted().refusal(auditor, 'withdraw')).toEqual({
      code: 'not-your-role',
      allowed: ['enterprise', 'enterpriseAdmin'],
    })
  })
})

describe('a case that the standard does not cover (附件2 一（三）)', () => {
  const uncovered = { category: 'cloud', cloudModel: 'private', investment: { cloud: '1000000.00' } }
  const claimed = submitted(uncovered).when(verifier, 'claim')

  it('is approved only with the reason of the officer', () => {
    expect(claimed.refusal(verifier, { type: 'approve' })).toEqual({
      code: 'judgement-needed',
      field: 'opinion',
      judgements: ['cloudStandard'],
    })
    expect(claimed.refusal(verifier, { type: 'approve', opinion: '' })?.code).toBe('judgement-needed')
    expect(
      claimed.refusal(verifier, { type: 'approve', opinion: '中型企业自建私有云，从实认定' }),
    ).toBeUndefined()
  })

  it('needs the reason of the municipality too', () => {
    const second = submitted({ ...uncovered, ...large })
      .when(verifier, 'claim', 'approve')
      .when(reviewer, 'claim')
    expect(second.refusal(reviewer, { type: 'approve' })?.code).toBe('judgement-needed')
  })

  it('is returned and rejected without', () => {
    expect(claimed.refusal(verifier, 'return')).toBeUndefined()
    expect(claimed.refusal(verifier, 'reject')).toBeUndefined()
  })

  it('is the only kind that needs one', () => {
    expect(submitted().when(verifier, 'claim').refusal(verifier, { type: 'approve' })).toBeUndefined()
  })
})

describe('a correction', () => {
  const returned = submitted().when(verifier, 'claim', 'return')

  it.each([
    ['uscc', '91500105MA5TEUT05A', '91500112MA5ABCD195'],
    ['district', '江北区', '渝北区'],
  ] as const)('does not change %s', (field, value, kept) => {
    expect(returned.refusal(clerk, resubmit({ [field]: value }))).toEqual({
      code: 'fixed-field',
      field: `application.${field}`,
      allowed: [kept],
    })
  })

  it('is refused with every rule that says no', () => {
    const refusal = returned.refusal(clerk, resubmit({ effects: [], startOn: '2018-12-31' }))
    expect(refusal).toMatchObject({ code: 'not-eligible', field: 'application' })
    expect(refusal?.['findings']).toMatchObject([
      { rule: 'started', ok: false },
      { rule: 'effects', ok: false },
    ])
  })

  it('may be one that an officer must judge', () => {
    const uncovered = { category: 'cloud', cloudModel: 'private', investment: { cloud: '1000000.00' } }
    expect(returned.refusal(clerk, resubmit(uncovered))).toBeUndefined()
  })
})

describe('a filing', () => {
  it('is refused with every rule that says no, and its article', () => {
    const refusal = findIneligibility(
      chongqing.edition,
      anApplication(),
      anEnterprise({ legalPerson: false }),
    )
    expect(refusal?.['findings']).toMatchObject([{ rule: 'legalPerson', article: '一（一）', ok: false }])
  })

  it.each([
    ['eligible', {}],
    ['to be judged', { category: 'cloud', cloudModel: 'private' }],
  ])('is accepted if it is %s', (_, overrides) => {
    expect(findIneligibility(chongqing.edition, anApplication(overrides), anEnterprise())).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import type { Application } from '../../policy/edition/application.ts'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { given, type Journey } from './given.ts'
import { approvalsOf } from './approvals.ts'

const approved = ({ steps }: Journey) =>
  approvalsOf(
    chongqing.edition,
    steps.map(({ entry }) => entry),
  )

const { clerk, colleague, verifier, secondVerifier, reviewer } = people

const filed = (overrides: Partial<Application> = {}) =>
  given(chongqing).filed(clerk, anEnterprise(), anApplication(overrides))
const submitted = (overrides: Partial<Application> = {}) =>
  filed(overrides).when(clerk, 'completeAssessment', 'submit')
const resubmit = (overrides: Partial<Application>) =>
  ({ type: 'resubmit', application: anApplication(overrides) }) as const

describe('the order of the procedure (二)', () => {
  it('begins with the assessment, which is kept (二（一）)', () => {
    const start = filed()
    expect([start.phase, start.state.revision, start.state.case.assessment]).toEqual(['assessment', 1, null])
    const assessed = start.when(clerk, { type: 'completeAssessment', score: 3.55, level: 3 })
    expect([assessed.phase, assessed.state.case.assessment]).toEqual([
      'application',
      { score: 3.55, level: 3 },
    ])
  })

  it('ends in the district below 3000万元 (二（三）)', () => {
    const done = submitted({ totalInvestment: '29999999.99' }).when(verifier, 'claim', 'approve')
    expect([done.phase, approved(done)]).toEqual(['certified', ['districtVerification']])
  })

  it('goes on to the municipality from 3000万元 (二（三）)', () => {
    const verified = submitted(large).when(verifier, 'claim', 'approve')
    expect(verified.state.value).toEqual({ municipalReview: 'unclaimed' })
    const done = verified.when(reviewer, 'claim', 'approve')
    expect([done.phase, approved(done)]).toEqual(['certified', ['districtVerification', 'municipalReview']])
    expect(done.steps.flatMap(({ effects }) => effects)).toEqual(['issueCertificate'])
  })

  it('goes back from the municipality to the district, which looks at it anew', () => {
    const back = submitted(large).when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'return')
    expect([back.state.value, approved(back)]).toEqual([{ districtVerification: 'unclaimed' }, []])
    expect(back.when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'approve').phase).toBe('certified')
  })
})

describe('a correction that crosses 3000万元 takes the other route', () => {
  it('upwards: the district no longer has the last word', () => {
    const corrected = submitted().when(verifier, 'claim', 'return').when(clerk, resubmit(large))
    expect(corrected.state.value).toEqual({ districtVerification: 'unclaimed' })
    expect(corrected.when(verifier, 'claim', 'approve').phase).toBe('municipalReview')
  })

  it('downwards: the district has the last word, and its earlier approval does not count', () => {
    const returned = submitted(large)
      .when(verifier, 'claim', 'approve')
      .when(reviewer, 'claim', 'return')
      .when(secondVerifier, 'claim', 'return')
    const corrected = returned.when(colleague, resubmit({ totalInvestment: '29999999.99' }))
    expect([corrected.phase, approved(corrected)]).toEqual(['districtVerification', []])
    expect(corrected.when(verifier, 'claim', 'approve').phase).toBe('certified')
  })

  it('keeps every decision ever taken, and everyone who filed', () => {
    const corrected = submitted().when(verifier, 'claim', 'return').when(colleague, resubmit(large))
    expect(corrected.state.case.decisions).toEqual([
      { stage: 'districtVerification', part: null, user: 'wang' },
    ])
    expect(corrected.state.case.filers).toEqual(['lin', 'luo'])
  })

  it('asks the judgements anew', () => {
    const uncovered = { category: 'cloud', cloudModel: 'private', investment: { cloud: '1000000.00' } }
    const returned = submitted(uncovered).when(verifier, 'claim', 'return')
    expect(returned.state.case.judgements).toEqual(['cloudStandard'])
    const covered = { ...uncovered, cloudModel: 'public', investment: { platform: '200000.00' } }
    expect(returned.when(clerk, resubmit(covered)).state.case.judgements).toEqual([])
  })
})

describe('the history', () => {
  it('has a line for each event: who, when, from where to where, by which article', () => {
    const { steps } = submitted()
      .on('2021-03-05')
      .when(verifier, 'claim', { type: 'return', reason: '缺发票' })
    expect(
      steps.map(({ entry: { revision, type, by, on, from, to, article } }) => [
        revision,
        type,
        by?.user,
        on,
        from,
        to,
        article,
      ]),
    ).toEqual([
      [1, 'file', 'lin', '2021-03-01', null, 'assessment', '二（一）'],
      [2, 'completeAssessment', 'lin', '2021-03-01', 'assessment', 'application', '二（一）'],
      [3, 'submit', 'lin', '2021-03-01', 'application', { districtVerification: 'unclaimed' }, '二（二）'],
      [
        4,
        'claim',
        'wang',
        '2021-03-05',
        { districtVerification: 'unclaimed' },
        { districtVerification: 'claimed' },
        '二（三）',
      ],
      [5, 'return', 'wang', '2021-03-05', { districtVerification: 'claimed' }, 'correction', '二（三）'],
    ])
    expect(steps.map(({ entry }) => entry.payload)).toEqual([
      { totalInvestment: '2600000.00' },
      { score: 2.15, level: 2 },
      {},
      {},
      { reason: '缺发票' },
    ])
  })

  it('keeps of a corrected application no more than its size', () => {
    const { steps } = submitted().when(verifier, 'claim', 'return').when(clerk, resubmit(large))
    expect(steps.at(-1)?.entry.payload).toEqual({ totalInvestment: '30000000.00' })
  })

  it('is plain JSON, like the state', () => {
    const { steps } = submitted(large).when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'approve')
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps)
  })
})

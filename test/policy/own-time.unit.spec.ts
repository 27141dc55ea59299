import { describe, expect, it } from 'vitest'
import { nextWake } from '../../policy/notices/reminders.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  chongqing,
  large,
  people,
  treeHouse,
  woodPeople,
} from '../fixtures.ts'
import { given, type Journey } from './given.ts'

const { clerk, verifier, secondVerifier, reviewer } = people
const submitted = (overrides = {}): Journey =>
  given(chongqing)
    .filed(clerk, anEnterprise(), anApplication(overrides))
    .when(clerk, 'completeAssessment', 'submit')
const types = ({ steps }: Journey) => steps.map(({ entry }) => entry.type)

const told = ({ steps }: Journey) =>
  steps.at(-1)?.notices.map(({ kind, roles, dueOn, words }) => [kind, roles, dueOn, words])

describe('an officer who takes longer (行政许可法 42)', () => {
  const taken = submitted().on('2021-03-10').when(verifier, 'claim', 'extendTime')

  it('has ten working days more, once in a review', () => {
    expect(taken.deadline).toMatchObject({
      dueOn: '2021-04-13',
      since: '2021-03-01',
      days: 30,
      overdue: false,
    })
    expect(taken.refusal(verifier, 'extendTime')?.code).toBe('event-not-allowed')
    const again = taken.when(verifier, 'return').when(clerk, 'resubmit').when(verifier, 'claim')
    expect(again.refusal(verifier, 'extendTime')?.code).toBe('event-not-allowed')
    expect(again.deadline?.dueOn).toBe('2021-04-13')
  })

  it('may do so in the next review, too', () => {
    const second = submitted(large)
      .when(verifier, 'claim', 'extendTime', 'approve')
      .when(reviewer, 'claim', 'extendTime')
    expect(second.deadline).toMatchObject({ task: 'municipalReview', days: 30 })
  })

  it('is the one who has it in hand', () => {
    const claimed = submitted().when(verifier, 'claim')
    expect(claimed.refusal(secondVerifier, 'extendTime')).toEqual({
      code: 'claimed-by-another',
      by: verifier.user,
    })
  })

  it('has a reason, and an explanation of the date', () => {
    expect(taken.steps.at(-1)?.entry).toMatchObject({
      payload: { reason: '材料不全' },
      deadlines: [
        { task: 'districtVerification', why: 'extended', from: '2021-03-29', to: '2021-04-13', days: 10 },
      ],
    })
  })
})

describe('the applicant', () => {
  const firm = ['enterprise', 'enterpriseAdmin']

  it('is told why the officer takes longer, and until when', () => {
    const taken = submitted().on('2021-03-10').when(verifier, 'claim', 'extendTime')
    expect(told(taken)).toEqual([['moved', firm, '2021-04-13', '材料不全']])
  })

  it('is told why the clock stands still; nobody is urged meanwhile', () => {
    const suspended = submitted(large).when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'suspend')
    expect(told(suspended)).toEqual([['suspend', firm, null, '组织专家评审']])
    expect(suspended.actions(reviewer)).not.toContain('urge')
    const resumed = suspended.on('2021-03-10').when(reviewer, 'resume')
    expect(told(resumed)).toEqual([['resume', firm, resumed.deadline?.dueOn, null]])
  })
})

describe('a review that is suspended (行政许可法 45)', () => {
  const reviewed = submitted(large)
    .when(verifier, 'claim', 'approve')
    .on('2021-03-10')
    .when(reviewer, 'claim')
  const suspended = reviewed.when(reviewer, 'suspend')

  it('stands still, and goes on with the days that were left', () => {
    expect([suspended.state.deadlines, suspended.state.paused]).toEqual([
      [],
      [{ task: 'municipalReview', part: null, left: 13 }],
    ])
    const resumed = suspended.on('2021-04-06').when(reviewer, 'resume')
    expect(resumed.deadline).toMatchObject({
      task: 'municipalReview',
      entry: 5,
      days: 13,
      dueOn: '2021-04-23',
    })
    expect(resumed.state.paused).toEqual([])
  })

  it('is never late while it stands still', () => {
    expect(types(suspended.until('2022-12-31')).at(-1)).toBe('suspend')
    expect(nextWake(chongqing, suspended.state)).toBe(Infinity)
  })

  it('stays in the hand of its officer, and is resumed by a colleague', () => {
    const resumed = suspended.when(people.secondReviewer, 'resume')
    expect(resumed.refusal(reviewer, 'approve')).toBeUndefined()
    expect(resumed.refusal(people.secondReviewer, 'approve')).toEqual({
      code: 'claimed-by-another',
      by: reviewer.user,
    })
  })

  it('says by which article its time does not count', () => {
    const change = { task: 'municipalReview', part: null, days: null, unit: 'workingDays' }
    expect(suspended.steps.at(-1)?.entry.deadlines).toEqual([
      { ...change, why: 'stopped', from: '2021-03-29', to: null, article: '行政许可法 第四十五条' },
    ])
    const resumed = suspended.on('2021-04-06').when(reviewer, 'resume')
    expect(resumed.steps.at(-1)?.entry.deadlines).toEqual([
      { ...change, why: 'resumed', from: null, to: '2021-04-23', article: '二（三）' },
    ])
  })

  it('may start anew, where the edition says so', () => {
    const { child, oakNeighbour } = woodPeople
    const rain = { type: 'suspend', ground: 'rain', reason: '下雨' } as const
    const dry = given(treeHouse, '2026-02-13')
      .filed(child, anEnterprise(), aWish())
      .when(child, 'submit')
      .on('2026-02-20')
      .when(oakNeighbour, 'claim', rain)
      .on('2026-02-25')
      .when(oakNeighbour, 'resume')
    expect(dry.deadline).toMatchObject({ since: '2026-02-25', days: 10, dueOn: '2026-03-09' })
  })
})

describe('every change of a due date is explained', () => {
  it('from the first review to the next', () => {
    const { steps } = submitted(large)
      .on('2021-03-10')
      .when(verifier, 'claim', 'return')
      .on('2021-03-12')
      .when(clerk, 'resubmit')
      .when(verifier, 'claim', 'approve')
    const lines = steps.flatMap(({ entry: { type, deadlines } }) =>
      deadlines.map(({ task, why, from, to, days }) => [type, task, why, from, to, days]),
    )
    expect(lines).toEqual([
      ['submit', 'districtVerification', 'opened', null, '2021-03-29', null],
      ['return', 'correction', 'opened', null, '2021-03-31', null],
      ['return', 'districtVerification', 'stopped', '2021-03-29', null, null],
      ['resubmit', 'districtVerification', 'resumed', null, '2021-03-31', null],
      ['resubmit', 'correction', 'closed', '2021-03-31', null, null],
      ['approve', 'municipalReview', 'opened', null, '2021-04-12', null],
      ['approve', 'districtVerification', 'closed', '2021-03-31', null, null],
    ])
  })
})

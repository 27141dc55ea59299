import { describe, expect, it } from 'vitest'
import { endOfDay } from '../../policy/time/dates.ts'
import { dueEvent } from '../../policy/time/deadlines.ts'
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
const returned = () => submitted().on('2021-03-10').when(verifier, 'claim', 'return')
const resubmitLarge = { type: 'resubmit', application: anApplication(large) } as const
const articles = ({ steps }: Journey) => steps.at(-1)?.entry.deadlines.map(({ article }) => article)
const types = ({ steps }: Journey) => steps.map(({ entry }) => entry.type)

describe('the clock of a review (二（三）)', () => {
  it('runs 20 working days from the day after it begins', () => {
    const { deadline } = submitted()
    expect(deadline).toEqual({
      task: 'districtVerification',
      part: null,
      entry: 3,
      since: '2021-03-01',
      days: 20,
      unit: 'workingDays',
      article: '二（三）',
      dueOn: '2021-03-29',
      provisional: false,
      overdue: false,
      remindedThrough: '2021-03-01',
    })
  })

  it('does not run while the enterprise prepares', () => {
    expect(given(chongqing).filed(clerk, anEnterprise(), anApplication()).state.deadlines).toEqual([])
  })

  it('is not wound up again by claiming and releasing', () => {
    const { deadline } = submitted()
      .on('2021-03-10')
      .when(verifier, 'claim', 'release')
      .when(secondVerifier, 'claim')
    expect(deadline?.dueOn).toBe('2021-03-29')
  })

  it('begins anew for the next review', () => {
    const { deadline } = submitted(large).on('2021-03-10').when(verifier, 'claim', 'approve')
    expect(deadline).toMatchObject({ task: 'municipalReview', dueOn: '2021-04-08' })
  })

  it('is missed at the end of the day it is due, not a millisecond before', () => {
    const { state } = submitted()
    const end = Date.parse('2021-03-29T16:00:00.000Z')
    expect(dueEvent(state, end - 1)).toBeUndefined()
    const event = { type: 'overdue', task: 'districtVerification', part: null }
    expect(dueEvent(state, end)).toEqual({ event, atMs: end })
    expect(dueEvent(state, end + 86_400_000)).toEqual({ event, atMs: end })
  })

  it('is marked as missed once, and nothing else ever comes of it', () => {
    const late = submitted(large).when(verifier, 'claim').until('2031-12-31')
    expect(types(late).slice(-2)).toEqual(['claim', 'overdue'])
    expect(late.state).toMatchObject({ value: { districtVerification: 'claimed' }, done: false, revision: 5 })
    expect(late.deadline).toMatchObject({ dueOn: '2021-03-29', overdue: true })
    expect(dueEvent(late.state, Date.UTC(2100, 0, 1))).toBeUndefined()
    expect(late.steps.at(-1)?.entry).toMatchObject({ by: null, on: '2021-03-30' })
  })

  it('does not stop the officer from deciding late', () => {
    expect(submitted().until('2021-06-30').when(verifier, 'claim', 'approve').phase).toBe('certified')
  })

  it('is provisional past what the calendar knows', () => {
    const late = given(chongqing, '2026-12-15').filed(clerk, anEnterprise(), anApplication())
    expect(late.when(clerk, 'completeAssessment', 'submit').deadline?.provisional).toBe(true)
  })
})

describe('the clock of a review stands still during correction', () => {
  it('goes on with the days that were left', () => {
    const correction = returned()
    expect(correction.state.paused).toEqual([{ task: 'districtVerification', part: null, left: 13 }])
    expect(correction.deadline?.task).toBe('correction')
    const resumed = correction.on('2021-04-06').when(clerk, 'resubmit')
    expect(resumed.deadline).toMatchObject({
      task: 'districtVerification',
      dueOn: '2021-04-23',
      overdue: false,
    })
  })

  it('loses no day if the enterprise answers at once', () => {
    expect(returned().when(clerk, 'resubmit').deadline?.dueOn).toBe('2021-03-29')
  })

  it('stands still a second time', () => {
    const again = returned()
      .on('2021-04-06')
      .when(clerk, 'resubmit')
      .on('2021-04-08')
      .when(verifier, 'claim', 'return')
    expect(again.state.paused).toEqual([{ task: 'districtVerification', part: null, left: 11 }])
  })

  it('has no day left when it was missed before: it is due on the day of the correction', () => {
    const late = submitted().until('2021-04-01').on('2021-04-02').when(verifier, 'claim', 'return')
    expect(late.state.paused).toEqual([{ task: 'districtVerification', part: null, left: 0 }])
    expect(late.on('2021-04-06').when(clerk, 'resubmit').deadline).toMatchObject({
      dueOn: '2021-04-06',
      overdue: false,
    })
  })

  it('stands still for the municipality while the district looks again', () => {
    const back = submitted(large)
      .when(verifier, 'claim', 'approve')
      .on('2021-03-03')
      .when(reviewer, 'claim', 'return')
    expect(back.state.paused).toEqual([{ task: 'municipalReview', part: null, left: 18 }])
    expect(back.deadline).toMatchObject({ task: 'districtVerification', dueOn: '2021-03-31' })
    const again = back.on('2021-03-31').when(verifier, 'claim', 'approve')
    expect(again.deadline).toMatchObject({ task: 'municipalReview', dueOn: '2021-04-26' })
  })

  it('is forgotten once the review is decided: a second look has all its days', () => {
    const decided = returned().when(clerk, resubmitLarge).when(verifier, 'claim', 'approve')
    expect(decided.state.paused).toEqual([])
    const back = decided.when(reviewer, 'claim', 'return')
    expect(back.deadline).toMatchObject({ task: 'districtVerification', dueOn: '2021-04-08' })
  })
})

describe('the clock of a correction (二（二）)', () => {
  it('runs 15 working days, and lapses 30 after', () => {
    expect(returned().deadline).toEqual({
      task: 'correction',
      part: null,
      entry: 5,
      since: '2021-03-10',
      days: 15,
      unit: 'workingDays',
      article: '二（二）',
      dueOn: '2021-03-31',
      provisional: false,
      overdue: false,
      remindedThrough: '2021-03-10',
      lapsesOn: '2021-05-14',
    })
  })

  it('is missed first: the enterprise may still correct', () => {
    const late = returned().until('2021-05-13')
    expect([types(late).at(-1), late.phase, late.deadline?.overdue]).toEqual(['overdue', 'correction', true])
    const lapse = endOfDay('2021-05-14')
    expect(dueEvent(late.state, lapse - 1)).toBeUndefined()
    expect(dueEvent(late.state, lapse)).toMatchObject({ event: { type: 'lapse' }, atMs: lapse })
    expect(late.when(clerk, 'resubmit').phase).toBe('districtVerification')
  })

  it('ends the case when nobody corrects: withdrawn, not rejected', () => {
    const lapsed = returned().until('2021-05-14')
    expect(types(lapsed).slice(-2)).toEqual(['overdue', 'lapse'])
    expect(lapsed.state).toMatchObject({ value: 'withdrawn', done: true, deadlines: [] })
    expect(lapsed.steps.flatMap(({ effects }) => effects)).toEqual([])
  })

  it('begins anew with every return', () => {
    const again = returned()
      .on('2021-03-12')
      .when(clerk, 'resubmit')
      .on('2021-03-15')
      .when(verifier, 'claim', 'return')
    expect(again.deadline).toMatchObject({ task: 'correction', dueOn: '2021-04-06' })
  })
})

describe('an edition that counts plain days', () => {
  const { child, oakNeighbour, squirrel } = woodPeople
  const wished = given(treeHouse, '2026-02-13').filed(child, anEnterprise(), aWish()).when(child, 'submit')
  const voting = wished.when(oakNeighbour, 'claim', 'approve').when(child, 'submit')

  it('counts holidays too, and does not end on one', () => {
    expect(wished.deadline).toMatchObject({ task: 'neighbourLook', dueOn: '2026-02-24', provisional: false })
  })

  it('says where it stands that the last day is no day off, only where that has moved it', () => {
    const article = treeHouse.edition.stages.find(({ id }) => id === 'neighbourLook')?.article
    const onWorkingDay = given(treeHouse, '2026-03-02').filed(child, anEnterprise(), aWish())
    expect(articles(wished)).toEqual([`${article}；民法典 第二百零三条`])
    expect(articles(onWorkingDay.when(child, 'submit'))).toEqual([article])
  })

  it('gives back plain days after a return', () => {
    const back = voting.on('2026-02-14').when(squirrel, 'claim', 'return')
    expect(back.state.paused).toEqual([{ task: 'squirrelVote', part: null, left: 2 }])
    expect(back.on('2026-03-01').when(child, 'submit').deadline?.dueOn).toBe('2026-03-03')
  })

  it('may start anew after a correction', () => {
    const mending = wished.on('2026-02-20').when(oakNeighbour, 'claim', 'return')
    expect(mending.state.paused).toEqual([])
    expect(mending.deadline).toMatchObject({ dueOn: '2026-02-27', lapsesOn: '2026-03-02' })
    expect(mending.on('2026-02-21').when(child, 'resubmit').deadline?.dueOn).toBe('2026-03-03')
  })
})

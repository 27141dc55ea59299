import { describe, expect, it } from 'vitest'
import { endOfDay, morningOf } from '../../policy/time/dates.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import { nextWake, remindersOn } from '../../policy/notices/reminders.ts'
import { anApplication, anEnterprise, chongqing, cn, large, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { timelineOf } from './timeline.ts'

const { clerk, verifier, reviewer } = people
const submitted = (overrides = {}): Journey =>
  given(chongqing)
    .filed(clerk, anEnterprise(), anApplication(overrides))
    .when(clerk, 'completeAssessment', 'submit')
const asking = {
  type: 'requestExtension',
  reason: '缺芯',
  measures: '换型',
  completeOn: '2022-03-31',
} as const
const firm = 'enterprise+enterpriseAdmin'

/** What is told of one task to the end of a day, if nobody does anything: day, kind, to whom. */
function told(journey: Journey, task: string, through: string, part: string | null = null) {
  const now = endOfDay(journey.steps.at(-1)?.entry.on ?? '') - 1
  return timelineOf(chongqing, journey.state, through, now)
    .told.filter((each) => each.task === task && each.part === part)
    .map(({ on, kind, roles }) => [on, kind, roles.join('+')])
}

/** What is told on a day when nothing has been told for a while: kind, days. */
function toldLate({ state }: Journey, on: string) {
  const { notices } = remindersOn(chongqing, state, on)
  return notices.map(({ kind, days, roles }) => [kind, days, roles.join('+')])
}

describe('what is told about each task, from its first day on', () => {
  it('district verification: 5 and 1 before, on the day, every 5 after; the municipality after 10', () => {
    expect(told(submitted(), 'districtVerification', '2021-04-30')).toEqual([
      ['2021-03-22', 'before', 'district'],
      ['2021-03-26', 'before', 'district'],
      ['2021-03-29', 'due', 'district'],
      ['2021-03-30', 'takeover', 'district+municipal'],
      ['2021-04-06', 'after', 'district'],
      ['2021-04-13', 'after', 'district'],
      ['2021-04-13', 'escalation', 'municipal'],
      ['2021-04-20', 'after', 'district'],
      ['2021-04-26', 'after', 'district'],
    ])
  })

  it('correction: at once, 5 and 1 before; when it has lapsed, that it has', () => {
    const returned = submitted().when(verifier, 'claim', 'return')
    expect(returned.steps.at(-1)?.notices).toMatchObject([
      { kind: 'opened', task: 'correction', words: '材料不全' },
    ])
    expect(told(returned, 'correction', '2021-12-31')).toEqual([
      ['2021-03-15', 'before', firm],
      ['2021-03-19', 'before', firm],
      ['2021-05-07', 'outcome', firm],
    ])
  })

  it('municipal review: as the verification; above it there is nobody', () => {
    const verified = submitted(large).when(verifier, 'claim', 'approve')
    expect(told(verified, 'municipalReview', '2021-04-13')).toEqual([
      ['2021-03-22', 'before', 'municipal'],
      ['2021-03-26', 'before', 'municipal'],
      ['2021-03-29', 'due', 'municipal'],
      ['2021-04-06', 'after', 'municipal'],
      ['2021-04-13', 'after', 'municipal'],
    ])
  })

  it('progress report: 14 and 3 before, on the day, weekly after; the district after 7', () => {
    expect(told(certified(), 'progressReport', '2021-05-10', '2021Q1')).toEqual([
      ['2021-04-01', 'before', firm],
      ['2021-04-12', 'before', firm],
      ['2021-04-15', 'due', firm],
      ['2021-04-22', 'after', firm],
      ['2021-04-22', 'escalation', 'district'],
      ['2021-04-29', 'after', firm],
      ['2021-05-06', 'after', firm],
    ])
    expect(told(certified(), 'progressReport', '2021-07-15', '2021Q2')).toEqual([
      ['2021-07-01', 'before', firm],
      ['2021-07-12', 'before', firm],
      ['2021-07-15', 'due', firm],
    ])
  })

  it('completion: 30 and 7 before, on the day, weekly after; the district at once, the municipality after 30', () => {
    expect(told(certified(), 'completion', '2021-12-05')).toEqual([
      ['2021-10-01', 'before', firm],
      ['2021-10-24', 'before', firm],
      ['2021-10-31', 'due', firm],
      ['2021-11-01', 'escalation', 'district'],
      ['2021-11-07', 'after', firm],
      ['2021-11-14', 'after', firm],
      ['2021-11-21', 'after', firm],
      ['2021-11-28', 'after', firm],
      ['2021-11-30', 'escalation', 'municipal'],
      ['2021-12-05', 'after', firm],
    ])
  })

  it.each([
    [
      'extensionDecision',
      certified()
        .on('2021-03-02')
        .when(clerk, { ...asking, completeOn: '2021-12-31' }),
    ],
    ['revocationDecision', certified().on('2021-03-02').when(clerk, 'requestRevocation')],
  ])('%s: as the verification, of ten days', (task, journey) => {
    expect(told(journey, task, '2021-03-30')).toEqual([
      ['2021-03-09', 'before', 'district'],
      ['2021-03-15', 'before', 'district'],
      ['2021-03-16', 'due', 'district'],
      ['2021-03-17', 'takeover', 'district+municipal'],
      ['2021-03-23', 'after', 'district'],
      ['2021-03-30', 'after', 'district'],
      ['2021-03-30', 'escalation', 'municipal'],
    ])
  })

  it('hearing: at once, 5 and 1 before, on the day; after it there is nothing to answer any more', () => {
    const heard = certified().on('2021-03-02').when(verifier, 'requestRevocation')
    expect(heard.steps.at(-1)?.notices).toMatchObject([
      { kind: 'opened', task: 'hearing', words: '材料不全' },
    ])
    const reminded = timelineOf(chongqing, heard.state, '2021-12-31').told
    expect(reminded.filter(({ task }) => task === 'hearing').map(({ request }) => request)).toEqual(
      Array.from({ length: 3 }, () => ({ role: verifier.role, reason: '材料不全' })),
    )
    expect(told(heard, 'hearing', '2021-12-31')).toEqual([
      ['2021-03-09', 'before', firm],
      ['2021-03-15', 'before', firm],
      ['2021-03-16', 'due', firm],
    ])
  })

  it('never before eight in the morning, but for what time has done', () => {
    expect(nextWake(chongqing, submitted().state)).toBe(morningOf('2021-03-22'))
    const { state } = timelineOf(chongqing, submitted().state, '2021-03-30')
    expect(nextWake(chongqing, state)).toBe(morningOf('2021-04-06'))
    const due = timelineOf(chongqing, submitted().state, '2021-03-28').state
    const toldToday = { ...due, deadlines: remindersOn(chongqing, due, '2021-03-29').deadlines }
    expect(nextWake(chongqing, toldToday)).toBe(endOfDay('2021-03-29'))
  })
})

const daysTold = (journey: Journey, task: string) =>
  timelineOf(chongqing, journey.state, '2021-12-05')
    .told.filter((each) => each.task === task)
    .map(({ deduplicationKey, days: left }) => [deduplicationKey, left])

describe('what is told says', () => {
  it('how many days are left, or are over, and which due date it means', () => {
    expect(daysTold(submitted(), 'districtVerification').slice(0, 7)).toEqual([
      ['before-5@2021-03-29', 5],
      ['before-1@2021-03-29', 1],
      ['due-0@2021-03-29', 0],
      ['takeover-4', -1],
      ['after-5@2021-03-29', -5],
      ['after-10@2021-03-29', -10],
      ['escalation-10-municipal@2021-03-29', -10],
    ])
    expect(daysTold(certified(), 'completion')[3]).toEqual(['escalation-0-district@2021-10-31', 0])
  })

  it('whose it is: the officer who has it in hand, but all superiors', () => {
    const { told: all } = timelineOf(chongqing, submitted().when(verifier, 'claim').state, '2021-04-13')
    expect(all.map(({ kind, user }) => [kind, user])).toEqual([
      ['before', 'wang'],
      ['before', 'wang'],
      ['due', 'wang'],
      ['takeover', null],
      ['after', 'wang'],
      ['after', 'wang'],
      ['escalation', null],
    ])
  })

  it('the article, and that the law wants it told', () => {
    const [first] = timelineOf(chongqing, submitted().state, '2021-03-22').told
    expect(first).toMatchObject({
      article: '二（三）',
      required: true,
      entry: 3,
      unit: 'workingDays',
      words: null,
    })
  })

  it('nothing twice', () => {
    const { told: all } = timelineOf(chongqing, certified().state, '2022-12-31')
    const names = all.map(({ task, part, entry, deduplicationKey }) =>
      [task, part, entry, deduplicationKey].join(),
    )
    expect(new Set(names).size).toBe(names.length)
    expect(all.length).toBeGreaterThan(100)
  })
})

describe('when the system stood still', () => {
  it('the latest reminder says it all', () => {
    expect(toldLate(submitted(), '2021-03-26')).toEqual([['before', 1, 'district']])
    expect(toldLate(submitted(), '2021-03-28')).toEqual([['before', 1, 'district']])
    expect(toldLate(submitted().until('2021-04-07'), '2021-04-08')).toEqual([['after', -5, 'district']])
  })

  it('each superior is told all the same', () => {
    const late = certified().until('2021-12-14')
    const ofCompletion = remindersOn(chongqing, late.state, '2021-12-15').notices.filter(
      ({ task }) => task === 'completion',
    )
    expect(ofCompletion.map(({ kind, days, roles }) => [kind, days, roles.join('+')])).toEqual([
      ['after', -42, firm],
      ['escalation', 0, 'district'],
      ['escalation', -30, 'municipal'],
    ])
  })

  it('nothing that was told that day is told again, nor anything before it', () => {
    const { state } = submitted()
    const { deadlines } = remindersOn(chongqing, state, '2021-03-26')
    expect(deadlines).toMatchObject([{ remindedThrough: '2021-03-26' }])
    const later = { ...state, deadlines }
    expect(remindersOn(chongqing, later, '2021-03-26').notices).toEqual([])
    expect(remindersOn(chongqing, later, '2021-03-27').notices).toEqual([])
    expect(remindersOn(chongqing, later, '2021-03-29').notices).toMatchObject([{ kind: 'due' }])
  })

  it('is the same, whatever day it wakes on: the next wake is the next thing to say', () => {
    const { state } = certified()
    const whole = timelineOf(chongqing, state, '2021-12-31').told
    const half = timelineOf(chongqing, state, '2021-07-20')
    expect([...half.told, ...timelineOf(chongqing, half.state, '2021-12-31').told]).toEqual(whole)
  })
})

describe('is told again', () => {
  it('when the task is opened again', () => {
    const again = submitted()
      .when(verifier, 'claim', 'return')
      .when(clerk, 'resubmit')
      .when(verifier, 'claim', 'return')
    const entries = timelineOf(chongqing, again.state, '2021-03-19').told.map(
      ({ deduplicationKey, entry }) => [deduplicationKey, entry],
    )
    expect(entries).toEqual([
      ['before-5@2021-03-22', 8],
      ['before-1@2021-03-22', 8],
    ])
  })

  it('when the due date has moved: an extension', () => {
    const extended = certified()
      .on('2021-10-25')
      .when(clerk, asking)
      .when(verifier, 'claim', 'grantExtension')
    expect(told(extended, 'completion', '2022-03-31')).toEqual([
      ['2022-03-01', 'before', firm],
      ['2022-03-24', 'before', firm],
      ['2022-03-31', 'due', firm],
    ])
  })

  it('when the due date has moved: a new calendar', () => {
    const { state } = timelineOf(chongqing, submitted().state, '2021-03-26')
    const newer = createProcess(chongqing.edition, { ...cn, off: [...cn.off, '2021-03-29'] })
    const moved = { ...state, deadlines: state.deadlines.map((each) => ({ ...each, dueOn: '2021-03-30' })) }
    expect(remindersOn(newer, moved, '2021-03-29').notices).toEqual([])
    expect(remindersOn(newer, moved, '2021-03-30').notices).toMatchObject([
      { kind: 'due', dueOn: '2021-03-30' },
    ])
  })
})

describe('is not told', () => {
  it('at a task that is closed: only what is open speaks', () => {
    const approved = submitted(large).when(verifier, 'claim', 'approve')
    expect(told(approved, 'districtVerification', '2021-12-31')).toEqual([])
    const done = certified().until('2021-11-30').on('2021-12-01').when(clerk, 'complete')
    expect(timelineOf(chongqing, done.state, '2023-12-31').told).toEqual([])
    expect(remindersOn(chongqing, done.state, '2021-12-15').notices).toEqual([])
  })

  it('while a review is suspended', () => {
    const suspended = submitted(large).when(verifier, 'claim', 'approve').when(reviewer, 'claim', 'suspend')
    expect(nextWake(chongqing, suspended.state)).toBe(Infinity)
  })
})

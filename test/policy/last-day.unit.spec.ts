import { describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { shownSupervision } from '../../policy/stages/supervision/shown.ts'
import { anApplication, anEnterprise, chongqing, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { clerk, verifier } = people
const asking = {
  type: 'requestExtension',
  reason: '缺芯',
  measures: '换型',
  completeOn: '2022-03-31',
} as const
const completing: ProjectEvent = { type: 'complete', completedOn: '2021-10-01', effects: [] }
const submitted = given(chongqing)
  .filed(clerk, anEnterprise(), anApplication())
  .when(clerk, 'completeAssessment', 'submit')
const claimed = submitted.when(verifier, 'claim')
const returned = claimed.when(verifier, 'return')
const heard = certified().when(verifier, 'requestRevocation')

/** The history since a moment: day and event. */
const since = (before: Journey, after: Journey) => after.history.slice(before.history.length)

type Case = [
  what: string,
  before: Journey,
  lastDay: string,
  nextDay: string,
  deed: ProjectEvent | 'report' | 'resubmit' | 'approve',
  actor: Actor,
]

const cases: Case[] = [
  ['a report', certified(), '2021-04-15', '2021-04-16', 'report', clerk],
  ['a correction', returned, '2021-03-22', '2021-03-23', 'resubmit', clerk],
  ['a decision', claimed, '2021-03-29', '2021-03-30', 'approve', verifier],
]
const ofSupervision: Case[] = [
  ['a completion', reportsFiled(), '2021-10-31', '2021-11-01', completing, clerk],
  ['an extension', reportsFiled(), '2021-10-31', '2021-11-01', asking, clerk],
]

/** A project that owes no report until the beginning of 2022, so that its date is the only one. */
function reportsFiled(): Journey {
  return ['2021-03-02', '2021-04-02', '2021-07-02', '2021-10-02'].reduce(
    (journey, on) => journey.on(on).when(clerk, 'report'),
    certified(),
  )
}

describe.each([...cases, ...ofSupervision])('%s', (_, before, lastDay, nextDay, deed, actor) => {
  const end = endOfDay(lastDay)
  const type = typeof deed === 'string' ? deed : deed.type

  it('in the last millisecond of the last day is in time', () => {
    expect(since(before, before.at(end - 1).when(actor, deed))).toEqual([[lastDay, type]])
  })

  it('in the first millisecond of the next is late: time comes first, and it is still accepted', () => {
    expect(since(before, before.at(end).when(actor, deed))).toEqual([
      [nextDay, 'overdue'],
      [nextDay, type],
    ])
  })

  it('in the same millisecond as the timer comes to the same, whichever is first', () => {
    const timerFirst = before.until(lastDay).at(end).when(actor, deed)
    const eventFirst = before.at(end).when(actor, deed)
    expect(timerFirst.state).toEqual(eventFirst.state)
    expect(timerFirst.steps).toEqual(eventFirst.steps)
  })

  it('long after the day finds it missed on the day after it, not when somebody looked', () => {
    const late = before.at(end + 3 * 86_400_000 + 1).when(actor, deed)
    expect(since(before, late)[0]).toEqual([nextDay, 'overdue'])
  })
})

const lateness = (instant: number) => {
  const { place, state } = reportsFiled().at(instant).when(clerk, asking)
  const { overdue, explained, request } = shownSupervision(state) ?? {}
  return [place[0], overdue, explained, request?.kind === 'extension' && request.late]
}

describe('what the last millisecond decides', () => {
  it('whether an extension was asked for late, and whether the project was ever overdue', () => {
    const end = endOfDay('2021-10-31')
    expect(lateness(end - 1)).toEqual(['extensionDecision.unclaimed', false, false, false])
    expect(lateness(end)).toEqual(['extensionDecision.unclaimed', true, true, true])
  })

  it('whether an officer may still take longer', () => {
    const end = endOfDay('2021-03-29')
    expect(claimed.at(end - 1).when(verifier, 'extendTime').deadline?.dueOn).toBe('2021-04-13')
    expect(claimed.until('2021-03-29').refusal(verifier, 'extendTime')).toMatchObject({
      code: 'event-not-allowed',
    })
    expect(claimed.until('2021-03-29').actions(verifier)).not.toContain('extendTime')
  })

  it('whether a report leaves a mark: it is current again as soon as it is there', () => {
    const end = endOfDay('2021-04-15')
    expect(
      certified()
        .at(end - 1)
        .when(clerk, 'report').place[1],
    ).toBe('current')
    expect(certified().until('2021-04-15').place[1]).toBe('late')
    expect(certified().at(end).when(clerk, 'report').place[1]).toBe('current')
  })

  it('whether a case that waits for a correction lives on', () => {
    const end = endOfDay('2021-05-06')
    expect(returned.until('2021-03-22').due('correction')?.lapsesOn).toBe('2021-05-06')
    const saved = returned.at(end - 1).when(clerk, 'resubmit')
    expect([saved.phase, saved.history.slice(-2)]).toEqual([
      'districtVerification',
      [
        ['2021-03-23', 'overdue'],
        ['2021-05-06', 'resubmit'],
      ],
    ])
    expect(() => returned.at(end).when(clerk, 'resubmit')).toThrow('event-not-allowed')
    const lapsed = returned.until('2021-05-06')
    expect([lapsed.phase, lapsed.history.at(-1)]).toEqual(['withdrawn', ['2021-05-07', 'lapse']])
    expect(lapsed.actions(clerk)).toEqual([])
  })

  it('whether the enterprise was heard', () => {
    const end = endOfDay('2021-03-15')
    const { history, place } = heard.at(end - 1).when(clerk, 'respond')
    expect([history.at(-1), place[0]]).toEqual([['2021-03-15', 'respond'], 'revocationDecision.unclaimed'])
    expect(() => heard.at(end).when(clerk, 'respond')).toThrow('event-not-allowed')
    const unheard = heard.until('2021-03-15')
    expect([unheard.history.at(-1), unheard.place]).toEqual([
      ['2021-03-16', 'lapse'],
      ['revocationDecision.unclaimed', 'current'],
    ])
  })

  it('of several that are missed: each on its own day, the earliest first, then what somebody does', () => {
    const late = certified().at(endOfDay('2021-12-01')).when(clerk, 'report')
    expect(since(certified(), late)).toEqual([
      ['2021-04-16', 'overdue'],
      ['2021-07-16', 'overdue'],
      ['2021-10-16', 'overdue'],
      ['2021-11-01', 'overdue'],
      ['2021-12-02', 'report'],
    ])
    expect(late.state.case.supervision?.reports.map(({ period }) => period)).toEqual(['2021Q1'])
  })
})

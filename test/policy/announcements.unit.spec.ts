import { describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  chongqing,
  cn,
  large,
  people,
  treeHouse,
  woodPeople,
} from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { clerk, verifier, secondVerifier, reviewer } = people
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

/** What the last step has told: kind, task, to whom, in which words. */
function told({ steps }: Journey) {
  return (steps.at(-1)?.notices ?? []).map(({ kind, task, roles, words }) => [
    kind,
    task,
    roles.join('+'),
    words,
  ])
}

const dates = ({ steps }: Journey) => steps.at(-1)?.notices.map(({ from, dueOn }) => [from, dueOn])
const note = (text: string) => ({ type: 'urge', note: text }) as const

describe('a task that is theirs now', () => {
  it('is told to who must correct, with the reason and the date', () => {
    const returned = submitted().when(verifier, 'claim', { type: 'return', reason: '缺发票' })
    expect(returned.steps.at(-1)?.notices).toEqual([
      {
        kind: 'opened',
        task: 'correction',
        part: null,
        entry: 5,
        deduplicationKey: 'opened',
        roles: ['enterprise', 'enterpriseAdmin'],
        user: null,
        dueOn: '2021-03-22',
        from: null,
        dateOf: null,
        days: 15,
        unit: 'workingDays',
        required: true,
        article: '二（二）',
        phase: 'correction',
        event: 'return',
        by: verifier,
        outcome: null,
        ground: null,
        request: null,
        words: '缺发票',
      },
    ])
  })

  it('is told again when it is opened again', () => {
    const again = submitted()
      .when(verifier, 'claim', 'return')
      .when(clerk, 'resubmit')
      .when(verifier, 'claim')
    expect(again.when(verifier, 'return').steps.at(-1)?.notices).toMatchObject([{ kind: 'opened', entry: 8 }])
  })

  it('is told to who is to be heard, but not to officers: their inbox says so', () => {
    expect(told(certified().when(verifier, 'requestRevocation'))).toEqual([
      ['opened', 'hearing', firm, '材料不全'],
    ])
    expect(told(certified().when(clerk, 'requestRevocation'))).toEqual([])
    expect(told(submitted())).toEqual([])
  })

  it('is told when it is late from the first day: a project that is certified after its date', () => {
    expect(told(certified({ completeOn: '2021-02-28' }))).toEqual([
      ['opened', 'completion', firm, null],
      ['outcome', 'districtVerification', firm, null],
    ])
  })
})

describe('what has been decided', () => {
  const asked = certified().on('2021-10-20').when(clerk, asking).when(verifier, 'claim')
  const revocation = certified().when(clerk, 'requestRevocation').when(verifier, 'claim')

  it.each([
    ['certified', submitted().when(verifier, 'claim', 'approve'), 'districtVerification', 'granted', null],
    [
      'rejected',
      submitted().when(verifier, 'claim', 'reject'),
      'districtVerification',
      'refused',
      '材料不全',
    ],
    ['an extension', asked.when(verifier, 'grantExtension'), 'extensionDecision', 'granted', null],
    ['no extension', asked.when(verifier, 'refuseExtension'), 'extensionDecision', 'refused', '材料不全'],
    ['revoked', revocation.when(verifier, 'revoke'), 'revocationDecision', 'revoked', '材料不全'],
    [
      'not revoked',
      revocation.when(verifier, 'refuseRevocation'),
      'revocationDecision',
      'refused',
      '材料不全',
    ],
    [
      'lapsed',
      submitted().when(verifier, 'claim', 'return').until('2021-12-31'),
      'correction',
      'lapsed',
      null,
    ],
  ])('is told to the applicant, whatever it has turned off: %s', (_, journey, task, outcome, words) => {
    expect(told(journey)).toEqual([['outcome', task, firm, words]])
    expect(journey.steps.at(-1)?.notices).toMatchObject([{ required: true, user: null, outcome }])
  })

  it('is told with the date that it sets, and the one that stood', () => {
    expect(dates(asked.when(verifier, 'grantExtension'))).toEqual([['2021-10-31', '2022-03-31']])
    expect(dates(asked.when(verifier, 'refuseExtension'))).toEqual([[null, '2021-10-31']])
    expect(dates(revocation.when(verifier, 'revoke'))).toEqual([[null, null]])
  })

  it.each([
    ['passed on', submitted(large).when(verifier, 'claim', 'approve')],
    ['withdrawn by the applicant', submitted().when(clerk, 'withdraw')],
    ['completed by the applicant', certified().on('2021-09-10').when(clerk, 'complete')],
    ['claimed', submitted().when(verifier, 'claim')],
  ])('is not what is only %s', (_, journey) => {
    expect(told(journey)).toEqual([])
  })

  it('is told under the name of what was decided: two decisions have two deduplication keys', () => {
    const keys = [asked.when(verifier, 'grantExtension'), revocation.when(verifier, 'revoke')].map(
      ({ steps, state }) => [
        steps.at(-1)?.notices[0]?.deduplicationKey,
        steps.at(-1)?.notices[0]?.entry === state.revision,
      ],
    )
    expect(keys).toEqual([
      ['grantExtension', true],
      ['revoke', true],
    ])
  })
})

describe('an officer urges (三（四）)', () => {
  const supervised = certified().on('2021-04-20')

  it('the municipality the district, the district nobody above or beside it', () => {
    const claimed = submitted().when(verifier, 'claim')
    expect(told(claimed.when(reviewer, note('请尽快')))).toEqual([
      ['urge', 'districtVerification', 'district', '请尽快'],
    ])
    expect(claimed.when(reviewer, 'urge').steps.at(-1)?.notices).toMatchObject([{ user: 'wang', days: 20 }])
    expect(claimed.refusal(verifier, 'urge')).toMatchObject({
      code: 'not-your-role',
      allowed: ['municipal'],
    })
    const reviewed = submitted(large).when(verifier, 'claim', 'approve')
    expect([verifier, reviewer].map((actor) => reviewed.refusal(actor, 'urge')?.code)).toEqual([
      'not-your-role',
      'not-your-role',
    ])
  })

  it('the enterprise, for what it owes next, with the days that are left: not for what has time', () => {
    const urged = certified().on('2021-04-10').when(verifier, note('请填报'))
    expect(told(urged)).toEqual([['urge', 'progressReport', firm, '请填报']])
    expect(urged.steps.at(-1)?.notices).toMatchObject([
      { part: '2021Q1', days: 5, deduplicationKey: 'urge@2021-04-10', by: verifier },
    ])
  })

  it('the enterprise, for nothing but what is late, where something is, with the days that are over', () => {
    const urged = supervised.when(verifier, 'urge')
    const says = urged.steps.at(-1)?.notices.map(({ task, part, days }) => [task, part, days])
    expect(says).toEqual([['progressReport', '2021Q1', -5]])
    const all = certified().on('2021-11-10').when(verifier, 'urge').steps.at(-1)?.notices
    expect(all?.map(({ task, part }) => [task, part])).toEqual([
      ['completion', null],
      ['progressReport', '2021Q1'],
      ['progressReport', '2021Q2'],
      ['progressReport', '2021Q3'],
    ])
  })

  it('once a day, whoever it is', () => {
    const urged = supervised.when(verifier, 'urge')
    expect(urged.state.urgedOn).toBe('2021-04-20')
    for (const actor of [verifier, secondVerifier, reviewer])
      expect(urged.refusal(actor, 'urge')).toEqual({ code: 'already-urged', possibleFrom: '2021-04-21' })
    expect(urged.on('2021-04-21').refusal(reviewer, 'urge')).toBeUndefined()
  })

  it.each<[string, Actor, string[]]>([
    ['district', verifier, ['progressReport']],
    ['municipality', reviewer, ['extensionDecision', 'progressReport']],
  ])('not for a completion that waits for a decision: the %s', (_, actor, tasks) => {
    const asked = certified()
      .when(clerk, 'report')
      .on('2021-03-02')
      .when(clerk, { ...asking, completeOn: '2021-12-31' })
    const urged = asked.when(actor, 'urge').steps.at(-1)?.notices ?? []
    expect([...new Set(urged.map(({ task }) => task))]).toEqual(tasks)
  })

  it('an officer whose clock stands still, too', () => {
    const { child, oakNeighbour, elder } = woodPeople
    const suspended = given(treeHouse)
      .filed(child, anEnterprise(), aWish())
      .when(child, 'submit')
      .when(oakNeighbour, 'claim', { type: 'suspend', ground: 'rain', reason: 'it rains' })
    expect(told(suspended.when(elder, 'urge'))).toEqual([['urge', 'neighbourLook', 'neighbour', null]])
  })

  it('nobody where nothing has a date', () => {
    const start = given(chongqing).filed(clerk, anEnterprise(), anApplication())
    expect(start.refusal(verifier, 'urge')?.code).toBe('event-not-allowed')
    expect(submitted().when(verifier, 'claim', 'reject').refusal(reviewer, 'urge')?.code).toBe(
      'event-not-allowed',
    )
  })
})

describe('a due date that a calendar moves', () => {
  const newer = createProcess(chongqing.edition, { ...cn, off: [...cn.off, '2021-03-15'] })

  it('is told to whose it is, with the date that it was and the paper that moves it', () => {
    const moved = submitted().when(verifier, 'claim').on('2021-03-10').adopting(newer)
    expect(moved.history.at(-1)).toEqual(['2021-03-10', 'recalculate'])
    expect(moved.steps.at(-1)?.notices).toEqual([
      {
        kind: 'moved',
        task: 'districtVerification',
        part: null,
        entry: 3,
        deduplicationKey: 'moved-5',
        roles: ['district'],
        user: 'wang',
        dueOn: '2021-03-30',
        from: '2021-03-29',
        dateOf: null,
        days: 13,
        unit: 'workingDays',
        required: true,
        article: '二（三）',
        phase: 'districtVerification',
        event: 'recalculate',
        by: people.administrator,
        outcome: null,
        ground: null,
        request: null,
        words: '国办发明电',
      },
    ])
    expect(moved.steps.at(-1)?.entry).toMatchObject({
      payload: { source: '国办发明电' },
      by: { user: 'adm' },
      deadlines: [{ why: 'calendar', from: '2021-03-29', to: '2021-03-30', days: 1 }],
    })
  })

  it('is told to nobody if it does not move', () => {
    const verified = submitted().on('2021-03-10')
    expect(verified.adopting(chongqing).steps).toHaveLength(verified.steps.length)
  })
})

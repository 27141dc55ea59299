import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../policy/errors.ts'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { shownSupervision } from '../../policy/stages/supervision/shown.ts'
import { addDays } from '../../policy/time/dates.ts'
import { anApplication, anEnterprise, chongqing, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { timelineOf } from './timeline.ts'

const { clerk, verifier, secondVerifier } = people
const asking = (completeOn: string) =>
  ({ type: 'requestExtension', reason: '设备到货延迟', measures: '增加班次', completeOn }) as const
const granting = (completeOn?: string) => ({ type: 'grantExtension', completeOn }) as const
const completing = (completedOn: string): ProjectEvent => ({ type: 'complete', completedOn, effects: [] })
const outside = (field: string, first: string, last: string): Refusal => ({
  code: 'date-not-allowed',
  field,
  allowed: [first, last],
})

const lateness = (on: string, journey = certified()) => {
  const request = journey.on(on).when(clerk, asking('2022-03-31')).state.case.supervision?.request
  return request?.kind === 'extension' ? request.late : undefined
}

describe('the date that an enterprise asks for (三（二）)', () => {
  const early = certified().on('2021-10-15')
  const late = certified().on('2021-12-15')

  it.each([
    ['2021-10-31', false],
    ['2021-11-01', true],
    ['2022-10-31', true],
    ['2022-11-01', false],
  ])('before its date has passed: %s is allowed: %s', (completeOn, allowed) => {
    const refusal = outside('completeOn', '2021-11-01', '2022-10-31')
    expect(early.refusal(clerk, asking(completeOn))).toEqual(allowed ? undefined : refusal)
  })

  it.each([
    ['2021-12-15', false],
    ['2021-12-16', true],
    ['2022-10-31', true],
    ['2022-11-01', false],
  ])('after it, not before tomorrow, and no further: %s is allowed: %s', (completeOn, allowed) => {
    const refusal = outside('completeOn', '2021-12-16', '2022-10-31')
    expect(late.refusal(clerk, asking(completeOn))).toEqual(allowed ? undefined : refusal)
  })

  it('is none any more, once the last one that can be has come: the action is not offered', () => {
    const before = certified().on('2022-10-30')
    expect(before.refusal(clerk, asking('2022-10-31'))).toBeUndefined()
    const after = certified().on('2022-10-31')
    const refusal = { code: 'too-late-to-extend', allowed: ['2022-10-31'] }
    expect(after.refusal(clerk, asking('2022-11-30'))).toEqual(refusal)
    expect(after.actions(clerk)).not.toContain('requestExtension')
    expect(after.actions(clerk)).toContain('complete')
  })

  it('is marked late if it is asked for after the date, not on the day itself', () => {
    expect([lateness('2021-10-31'), lateness('2021-11-01')]).toEqual([false, true])
  })
})

describe('an extension of a project that was held', () => {
  const held = certified({ completeOn: '2021-06-30' }).on('2021-06-20').commanded('hold')
  const gone = held.on('2021-09-20').commanded('endHold')
  const first = gone.on('2021-09-22')

  it('is counted from the date as the hold has moved it', () => {
    expect(gone.due('completion')?.dueOn).toBe('2021-09-30')
    const refusal = outside('completeOn', '2021-10-01', '2022-09-30')
    expect(first.refusal(clerk, asking('2021-09-25'))).toEqual(refusal)
    expect(first.refusal(clerk, asking('2021-10-01'))).toBeUndefined()
    expect(first.refusal(clerk, asking('2022-10-01'))).toEqual(refusal)
  })

  it('is late if it is asked for after that date', () => {
    const days = ['2021-09-22', '2021-09-30', '2021-10-01']
    expect(days.map((on) => lateness(on, gone))).toEqual([false, false, true])
  })

  it('names a date that the hold before it does not move', () => {
    const granted = first.when(clerk, asking('2022-03-31')).when(verifier, 'claim', 'grantExtension')
    expect(granted.due('completion')?.dueOn).toBe('2022-03-31')
    const again = granted.on('2021-11-01').commanded('hold').on('2021-11-11').commanded('endHold')
    expect(again.due('completion')).toMatchObject({ dueOn: '2022-04-10', given: '2022-03-31' })
  })
})

describe('the date that an officer grants', () => {
  const claimed = certified().on('2021-10-15').when(clerk, asking('2022-03-31')).when(verifier, 'claim')
  const grant = (on: string, completeOn?: string) => claimed.on(on).refusal(verifier, granting(completeOn))

  it('is the one that was asked for, if none is named', () => {
    const granted = claimed.when(verifier, granting())
    expect(granted.state.case.supervision).toMatchObject({
      completeOn: '2022-03-31',
      request: null,
      extensions: [{ from: '2021-10-31', to: '2022-03-31', on: '2021-10-15', late: false }],
    })
    expect(granted.due('completion')?.dueOn).toBe('2022-03-31')
    expect(granted.steps.at(-1)?.entry.deadlines).toContainEqual(
      expect.objectContaining({ task: 'completion', why: 'granted', from: '2021-10-31', to: '2022-03-31' }),
    )
  })

  it('may be sooner, but later than the date as it stands', () => {
    const refusal = outside('completeOn', '2021-11-01', '2022-03-31')
    expect(grant('2021-10-20', '2021-11-01')).toBeUndefined()
    expect(grant('2021-10-20', '2021-10-31')).toEqual(refusal)
    expect(grant('2021-10-20', '2022-04-01')).toEqual(refusal)
  })

  it('is never in the past, nor today', () => {
    expect(grant('2021-11-10', '2021-11-10')).toEqual(outside('completeOn', '2021-11-11', '2022-03-31'))
    expect(grant('2021-11-10', '2021-11-11')).toBeUndefined()
  })
})

describe('what was asked for before it passed while officers decided', () => {
  const asked = certified().on('2021-10-28').when(clerk, asking('2021-11-05'))
  const claimed = asked.on('2021-11-09').when(verifier, 'claim')

  it('is granted as it was asked, not late, and the day of the decision is the last', () => {
    const granted = claimed.when(verifier, granting())
    expect(granted.state.case.supervision).toMatchObject({
      completeOn: '2021-11-05',
      extensions: [{ from: '2021-10-31', to: '2021-11-05', on: '2021-11-09', late: false }],
    })
    expect([granted.place[0], granted.due('completion')]).toMatchObject([
      'building',
      { dueOn: '2021-11-09', overdue: false },
    ])
    const missed = granted.until('2021-11-09')
    expect([missed.history.at(-1), missed.place[0]]).toEqual([['2021-11-10', 'overdue'], 'overdue'])
  })

  it.each([
    ['2021-11-04', false],
    ['2021-11-05', true],
    ['2022-10-31', true],
    ['2022-11-01', false],
  ])('or later, as far as an extension reaches: %s is allowed: %s', (completeOn, allowed) => {
    const refusal = outside('completeOn', '2021-11-05', '2022-10-31')
    expect(claimed.refusal(verifier, granting(completeOn))).toEqual(allowed ? undefined : refusal)
  })

  it('is as it was asked also where it was asked for late', () => {
    const late = certified().on('2021-11-02').when(clerk, asking('2021-11-08')).on('2021-11-12')
    const granted = late.when(verifier, 'claim', granting())
    expect(granted.state.case.supervision?.extensions).toMatchObject([{ to: '2021-11-08', late: true }])
    expect(granted.due('completion')).toMatchObject({ dueOn: '2021-11-12', overdue: false })
  })

  it('lets nobody be overdue, reminded or reported before the decision', () => {
    expect(asked.due('completion')).toBeUndefined()
    const { told } = timelineOf(chongqing, asked.state, '2022-01-31')
    expect(told.filter(({ task }) => task === 'completion')).toEqual([])
    const years = asked.until('2022-12-31')
    expect(years.place[0]).toBe('extensionDecision.unclaimed')
    expect(shownSupervision(years.state)?.overdue).toBe(false)
  })

  it.each<[string, Journey]>([
    ['refused', claimed.when(verifier, 'refuseExtension')],
    ['taken back', claimed.when(clerk, 'withdrawRequest')],
    [
      'a revocation, not revoked',
      certified()
        .on('2021-10-28')
        .when(clerk, 'requestRevocation')
        .on('2021-11-09')
        .when(verifier, 'claim', 'refuseRevocation'),
    ],
    [
      'kept from a decision by an officer who wants a revocation',
      asked
        .on('2021-10-29')
        .when(secondVerifier, 'requestRevocation')
        .until('2021-11-12')
        .on('2021-11-13')
        .when(verifier, 'claim', 'refuseRevocation')
        .on('2021-11-15')
        .when(verifier, 'claim', 'refuseExtension'),
    ],
  ])(
    'where it is %s, has the day of the decision as its last, from which the overrun counts',
    (_, decided) => {
      const on = decided.steps.at(-1)?.entry.on ?? ''
      expect(decided.place[0]).toBe('building')
      expect(decided.due('completion')).toMatchObject({ dueOn: on, overdue: false })
      const moved = decided.steps.at(-1)?.notices.find(({ kind }) => kind === 'moved')
      expect(moved).toMatchObject({ task: 'completion', dueOn: on, days: 0, required: true })
      const { told } = timelineOf(chongqing, decided.state, addDays(on, 31))
      const escalated = told.filter(({ task, kind }) => task === 'completion' && kind === 'escalation')
      expect(escalated.map((notice) => [notice.on, notice.roles])).toEqual([
        [addDays(on, 1), ['district']],
        [addDays(on, 30), ['municipal']],
      ])
      expect(decided.until(on).history.at(-1)).toEqual([addDays(on, 1), 'overdue'])
    },
  )

  it('keeps its date where the decision comes before it', () => {
    const refused = asked.on('2021-10-29').when(verifier, 'claim', 'refuseExtension')
    expect(refused.due('completion')).toMatchObject({ dueOn: '2021-10-31', overdue: false })
  })

  it('is asked for late, where it is asked for again after the date', () => {
    const again = claimed.when(verifier, 'refuseExtension').when(clerk, asking('2021-12-31'))
    expect(again.state.case.supervision?.request).toMatchObject({ late: true })
    expect(shownSupervision(again.until('2021-11-09').state)?.overdue).toBe(true)
  })
})

describe('a certificate that is given after the date', () => {
  const filed = given(chongqing, '2021-10-20').filed(clerk, anEnterprise(), anApplication())
  const late = filed
    .when(clerk, 'completeAssessment', 'submit')
    .on('2021-11-09')
    .when(verifier, 'claim', 'approve')

  it('makes its day the last, where the application came in time', () => {
    expect([late.place[0], late.due('completion')]).toMatchObject([
      'building',
      { dueOn: '2021-11-09', overdue: false },
    ])
    expect(lateness('2021-11-09', late)).toBe(false)
    expect(late.until('2021-11-09').place[0]).toBe('overdue')
  })

  it('does not, where that was submitted after the date', () => {
    const slow = filed.when(clerk, 'completeAssessment').on('2021-11-01').when(clerk, 'submit')
    expect(slow.when(verifier, 'claim', 'approve').place[0]).toBe('overdue')
  })
})

describe('how often it may be moved', () => {
  const extendedOnce = certified()
    .on('2021-10-15')
    .when(clerk, asking('2022-03-31'))
    .when(verifier, 'claim', 'grantExtension')
  const twice = extendedOnce
    .on('2022-03-01')
    .when(clerk, asking('2022-06-30'))
    .when(secondVerifier, 'claim', 'grantExtension')

  it('is twice, and each time is kept', () => {
    expect(twice.state.case.supervision?.extensions).toMatchObject([
      { from: '2021-10-31', to: '2022-03-31' },
      { from: '2022-03-31', to: '2022-06-30' },
    ])
    expect(twice.refusal(clerk, asking('2022-07-31'))).toEqual({ code: 'extension-limit' })
    expect(twice.actions(clerk)).not.toContain('requestExtension')
  })

  it('does not count one that is refused', () => {
    const refused = extendedOnce.on('2022-03-01').when(clerk, asking('2022-06-30')).when(verifier, 'claim')
    const again = refused.when(verifier, 'refuseExtension')
    expect(again.refusal(clerk, asking('2022-06-30'))).toBeUndefined()
  })

  it('counts the twelve months from the date as it stands', () => {
    const refusal = outside('completeOn', '2022-04-01', '2023-03-31')
    expect(extendedOnce.refusal(clerk, asking('2023-04-01'))).toEqual(refusal)
    expect(extendedOnce.refusal(clerk, asking('2023-03-31'))).toBeUndefined()
  })
})

describe('the day of completion', () => {
  const built = certified().on('2021-09-10')

  it.each([
    ['2020-02-29', false],
    ['2020-03-01', true],
    ['2021-02-01', true],
    ['2021-09-10', true],
    ['2021-09-11', false],
  ])('%s, of a project begun on 2020-03-01 and today 2021-09-10, is allowed: %s', (completedOn, allowed) => {
    const refusal = outside('completedOn', '2020-03-01', '2021-09-10')
    expect(built.refusal(clerk, completing(completedOn))).toEqual(allowed ? undefined : refusal)
  })
})

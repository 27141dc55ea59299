import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordsOfFinding } from '../../policy/case/case-findings.ts'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { assessedLevel } from '../../policy/stages/self-assessment/index.ts'
import { anApplication, anEnterprise, chongqing, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { clerk, verifier } = people

const report = (percent: number, invested: Record<string, string> = {}): ProjectEvent => ({
  type: 'report',
  percent,
  invested,
})
const complete = (completedOn: string, effects = ['productivity']): ProjectEvent => ({
  type: 'complete',
  completedOn,
  effects,
})
const found = ({ state }: Journey) => state.case.findings ?? []
const names = (journey: Journey) => found(journey).map(({ finding }) => finding)
const filed = (overrides: Parameters<typeof anApplication>[0]) =>
  given(chongqing).filed(clerk, anEnterprise(), anApplication(overrides))

const assess = (score: number, level: number) =>
  filed({}).refusal(clerk, { type: 'completeAssessment', score, level })

describe('what is unlikely is taken, and is a finding', () => {
  it.each<[string, () => Journey, string[]]>([
    ['nothing', () => filed({}), []],
    ['a completion in 2099', () => filed({ completeOn: '2099-12-31' }), ['longConstruction']],
    ['five years to the day', () => filed({ completeOn: '2025-03-01' }), []],
    ['a start that is to come', () => filed({ startOn: '2021-06-01' }), ['startsLater']],
    [
      '80 %, then 10 %, in one quarter',
      () => certified().when(clerk, report(80), report(10)),
      ['percentFell'],
    ],
    [
      '80 %, then 10 %, a quarter later',
      () => certified().when(clerk, report(80)).until('2021-04-02').on('2021-04-03').when(clerk, report(10)),
      ['percentFell'],
    ],
    ['80 %, then 80 %', () => certified().when(clerk, report(80), report(80)), []],
    [
      'less spent than before',
      () => certified().when(clerk, report(40, { equipment: '900000' }), report(50, { equipment: '90000' })),
      ['investedFell'],
    ],
    [
      'nothing said of money',
      () => certified().when(clerk, report(40, { equipment: '900000' }), report(50)),
      [],
    ],
    [
      'more spent than all',
      () => certified().when(clerk, report(40, { equipment: '2600000.01' })),
      ['investedAboveTotal'],
    ],
    ['all of it', () => certified().when(clerk, report(40, { equipment: '2600000' })), []],
    ['another kind', () => certified().when(clerk, report(40, { cloud: '10' })), ['kindsNotPlanned']],
    ['all done', () => certified().when(clerk, report(100)), ['doneNotCompleted']],
    [
      'progress before the start',
      () => certified({ startOn: '2021-06-01' }).when(clerk, report(5)),
      ['startsLater', 'notBegun'],
    ],
    [
      'completed before a report of half',
      () =>
        certified()
          .when(clerk, report(50))
          .when(clerk, complete('2021-02-01', ['productivity', 'defectRate'])),
      ['completedBeforeReport'],
    ],
    [
      'an effect more',
      () => certified().when(clerk, complete('2021-02-01', ['productivity', 'ncRate'])),
      ['effectsNotPromised'],
    ],
    ['no effect', () => certified().when(clerk, complete('2021-02-01', [])), ['noEffect']],
  ])('%s', (_, journey, expected) => {
    expect(names(journey())).toEqual(expected)
  })

  it('has words in both languages, with its facts', () => {
    const [fell] = found(certified().when(clerk, report(80), report(10)))
    expect(fell).toMatchObject({ on: '2021-03-01', event: 'report' })
    expect(fell && wordsOfFinding(chongqing.edition, fell)).toEqual({
      zh: '完成比例由80%降为10%',
      en: 'The percentage done falls from 80 to 10.',
    })
    const [kind] = found(certified().when(clerk, report(40, { cloud: '10' })))
    expect(kind && wordsOfFinding(chongqing.edition, kind).zh).toContain('云服务')
  })

  it('goes with the form of the application in which it was', () => {
    const returned = filed({ completeOn: '2099-12-31' })
      .when(clerk, 'completeAssessment', 'submit')
      .when(verifier, 'claim', 'return')
    expect(names(returned)).toEqual(['longConstruction'])
    const mended = returned.when(clerk, { type: 'resubmit', application: anApplication() })
    expect(names(mended)).toEqual([])
  })
})

describe('what cannot be is refused with what can', () => {
  it.each([
    [0, 0],
    [0.79, 0],
    [0.8, 1],
    [1.79, 1],
    [1.8, 2],
    [2.15, 2],
    [2.8, 3],
    [3.55, 3],
    [3.8, 4],
    [4.79, 4],
    [4.8, 5],
    [5, 5],
  ])('a score of %d is level %i, and no other', (score, level) => {
    expect(assess(score, level)).toBeUndefined()
    for (const other of [0, 1, 2, 3, 4, 5].filter((each) => each !== level))
      expect(assess(score, other)).toMatchObject({
        code: 'fact-not-possible',
        field: 'level',
        allowed: [String(level)],
      })
  })

  it('a level never falls while the score rises', () => {
    const score = fc.double({ min: 0, max: 5, noNaN: true })
    fc.assert(
      fc.property(score, score, (a, b) => {
        expect(assessedLevel(Math.min(a, b))).toBeLessThanOrEqual(assessedLevel(Math.max(a, b)))
      }),
    )
  })

  it('99 million spent on a project of 2.6 million', () => {
    const refusal = certified().refusal(clerk, report(40, { equipment: '99000000.00' }))
    expect(refusal).toMatchObject({
      code: 'fact-not-possible',
      field: 'invested',
      allowed: ['0.00', '26000000.00'],
    })
    expect(
      certified().refusal(clerk, report(40, { equipment: '20000000', software: '6000000.01' })),
    ).toBeDefined()
    expect(certified().refusal(clerk, report(40, { equipment: '26000000.00' }))).toBeUndefined()
  })

  it('a completion that is still to come, or before the start', () => {
    expect(certified().refusal(clerk, complete('2021-03-02'))).toMatchObject({ code: 'date-not-allowed' })
    expect(certified().refusal(clerk, complete('2020-02-29'))).toMatchObject({ code: 'date-not-allowed' })
  })
})

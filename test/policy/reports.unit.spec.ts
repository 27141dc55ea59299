import { describe, expect, it } from 'vitest'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { people } from '../fixtures.ts'
import { certified } from './given.ts'

const { clerk, colleague, verifier } = people
const asking = {
  type: 'requestExtension',
  reason: '缺芯',
  measures: '换型',
  completeOn: '2022-03-31',
} as const
const extensionAsked = certified().on('2021-10-20').when(clerk, asking)
const revocationByFirm = certified().on('2021-10-20').when(clerk, 'requestRevocation')
const revocationByOfficer = certified().on('2021-10-20').when(verifier, 'requestRevocation')

const percent = (done: number): ProjectEvent => ({ type: 'report', percent: done, invested: {} })
const reports = (journey: ReturnType<typeof certified>) => journey.state.case.supervision?.reports
const owed = ({ state }: ReturnType<typeof certified>) =>
  state.deadlines.flatMap(({ part, dueOn, overdue }) => (part ? [[part, dueOn, overdue]] : []))

describe('the progress reports (三（二）)', () => {
  it('are owed for each quarter since the certificate, fifteen days after its end', () => {
    expect(owed(certified())).toEqual([['2021Q1', '2021-04-15', false]])
    expect(owed(certified().until('2021-07-15'))).toEqual([
      ['2021Q1', '2021-04-15', true],
      ['2021Q2', '2021-07-15', true],
      ['2021Q3', '2021-10-15', false],
    ])
  })

  it('fill the oldest quarter that has ended, one after the other, and are late until the last is there', () => {
    const late = certified().until('2021-07-15').on('2021-07-20')
    const one = late.when(clerk, percent(40))
    const two = one.when(clerk, percent(60))
    const three = two.when(clerk, percent(65))
    expect([late, one, two, three].map(({ place }) => place[1])).toEqual([
      'late',
      'late',
      'current',
      'current',
    ])
    expect(reports(three)?.map(({ period, percent: done }) => [period, done])).toEqual([
      ['2021Q1', 40],
      ['2021Q2', 65],
    ])
    expect(owed(three)).toEqual([['2021Q3', '2021-10-15', false]])
  })

  it.each<[string, [on: string, done: number][], [period: string, done: number][], string | undefined]>([
    [
      'corrected at once',
      [
        ['2021-04-06', 40],
        ['2021-04-06', 45],
      ],
      [['2021Q1', 45]],
      '2021Q2',
    ],
    [
      'sent twice',
      [
        ['2021-04-06', 40],
        ['2021-04-06', 40],
      ],
      [['2021Q1', 40]],
      '2021Q2',
    ],
    [
      'sent twice, late, two being owed',
      [
        ['2021-07-20', 40],
        ['2021-07-20', 40],
      ],
      [['2021Q1', 40]],
      '2021Q2',
    ],
    [
      'corrected until its last day',
      [
        ['2021-04-01', 40],
        ['2021-04-15', 45],
      ],
      [['2021Q1', 45]],
      '2021Q2',
    ],
    [
      'of before the end of the quarter, corrected after it',
      [
        ['2021-03-10', 40],
        ['2021-04-15', 45],
      ],
      [['2021Q1', 45]],
      '2021Q2',
    ],
    [
      'late, corrected within fifteen days',
      [
        ['2021-04-20', 40],
        ['2021-05-05', 45],
      ],
      [['2021Q1', 45]],
      '2021Q2',
    ],
    [
      'late, and another after that',
      [
        ['2021-04-20', 40],
        ['2021-05-06', 45],
      ],
      [
        ['2021Q1', 40],
        ['2021Q2', 45],
      ],
      '2021Q3',
    ],
    [
      'in time, and another in the middle of the quarter',
      [
        ['2021-04-06', 40],
        ['2021-05-15', 45],
      ],
      [
        ['2021Q1', 40],
        ['2021Q2', 45],
      ],
      '2021Q3',
    ],
    [
      'in the middle of the quarter, corrected there',
      [
        ['2021-03-10', 40],
        ['2021-03-20', 45],
      ],
      [['2021Q1', 45]],
      '2021Q2',
    ],
  ])('%s, counts for its own quarter', (_, sent, kept, next) => {
    const told = sent.reduce((journey, [on, done]) => journey.on(on).when(clerk, percent(done)), certified())
    expect(reports(told)?.map(({ period, percent: done }) => [period, done])).toEqual(kept)
    expect(told.due('progressReport')?.part).toBe(next)
  })

  it('may be put right until a last day that has moved off a day off', () => {
    const told = certified({ completeOn: '2023-06-30' }, '2021-10-08')
      .on('2021-12-20')
      .when(clerk, percent(40))
    const corrected = told.on('2022-01-17').when(clerk, percent(45))
    expect(reports(corrected)?.map(({ period }) => period)).toEqual(['2021Q4'])
    const later = told.on('2022-01-18').when(clerk, percent(45))
    expect(reports(later)?.map(({ period }) => period)).toEqual(['2021Q4', '2022Q1'])
  })

  it('add to the present quarter, once it has one: the last word counts', () => {
    const twice = certified()
      .on('2021-03-10')
      .when(clerk, 'report')
      .on('2021-03-20')
      .when(clerk, { type: 'report', percent: 70, invested: {} })
    expect(reports(twice)).toEqual([{ period: '2021Q1', on: '2021-03-20', percent: 70 }])
    expect(owed(twice)).toEqual([['2021Q2', '2021-07-15', false]])
  })

  it('go on whatever is decided meanwhile, by any of the enterprise', () => {
    for (const journey of [extensionAsked, revocationByFirm, revocationByOfficer])
      expect(reports(journey.when(colleague, 'report'))).toHaveLength(1)
  })

  it('are owed by nobody any more at an end', () => {
    expect(owed(certified().until('2021-07-15').on('2021-07-16').when(clerk, 'complete'))).toEqual([])
  })
})

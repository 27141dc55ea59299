import { describe, expect, it } from 'vitest'
import { differencesBetween, type Version } from '../../policy/case/differences.ts'
import type { Step } from '../../policy/case/lifecycle.ts'
import { anApplication, anEnterprise, chongqing, people } from '../fixtures.ts'
import { certified, given } from './given.ts'

const { clerk, verifier, auditor } = people
const { edition } = chongqing
const versionOf = ({ state }: Step): Version => ({
  edition,
  state,
  certificate: null,
  calendars: { country: 1, local: 0 },
})

describe('what changed between two revisions of a case', () => {
  const resubmitted = {
    ...anApplication(),
    effects: ['productivity'],
    investment: { equipment: '1600000.00' },
  }
  const { steps } = given(chongqing)
    .filed(clerk, anEnterprise(), anApplication())
    .when(clerk, 'completeAssessment', 'submit')
    .when(verifier, 'claim', 'return')
    .when(clerk, { type: 'resubmit', application: resubmitted })
    .when(verifier, 'claim')
  const between = (from: number, to: number, viewer: { role: string } = auditor) => {
    const [a, b] = [steps[from - 1], steps[to - 1]]
    if (!a || !b) throw new Error('no such revision')
    return differencesBetween(versionOf(a), versionOf(b), viewer)
  }

  it('is told by field: lists as wholes, money and dates as they are', () => {
    expect(between(5, 6).filter(({ path }) => path.startsWith('application'))).toEqual([
      {
        path: 'application.investment.equipment',
        name: { zh: '投资：设备（元）', en: 'investment: equipment (yuan)' },
        from: '1500000.00',
        to: '1600000.00',
      },
      {
        path: 'application.investment.software',
        name: { zh: '投资：软件（元）', en: 'investment: software (yuan)' },
        from: '300000.00',
        to: null,
      },
      {
        path: 'application.effects',
        name: { zh: '预期成效', en: 'effects' },
        from: ['productivity', 'defectRate'],
        to: ['productivity'],
      },
    ])
  })

  it('has phase, state, due dates, and who has it in hand, which an enterprise is not told', () => {
    const paths = (viewer: { role: string }) => between(3, 4, viewer).map(({ path }) => path)
    expect(paths(auditor)).toEqual(['state', 'assignments.districtVerification'])
    expect(paths(clerk)).toEqual(['state'])
    expect(between(4, 5)).toMatchObject([
      { path: 'phase', from: 'districtVerification', to: 'correction' },
      { path: 'state', from: { districtVerification: 'claimed' }, to: 'correction' },
      { path: 'assignments.districtVerification', from: verifier.user, to: null },
      { path: 'deadlines.districtVerification.dueOn', name: { zh: '区县核实：到期日' }, to: null },
      { path: 'deadlines.districtVerification.provisional' },
      { path: 'deadlines.districtVerification.overdue' },
      { path: 'deadlines.correction.dueOn', from: null, to: '2021-03-22' },
      { path: 'deadlines.correction.provisional' },
      { path: 'deadlines.correction.overdue' },
      { path: 'deadlines.correction.lapsesOn' },
    ])
  })

  it('is nothing between a revision and itself, and the reverse the other way round', () => {
    expect(between(6, 6)).toEqual([])
    const turned = between(6, 5).map(({ from, to, ...rest }) => ({ ...rest, from: to, to: from }))
    expect(turned).toEqual(expect.arrayContaining(between(5, 6)))
  })

  it('finds a report by its period', () => {
    const built = certified().when(clerk, 'report')
    const [before, after] = built.steps.slice(-2)
    if (!before || !after) throw new Error('no report')
    const changes = differencesBetween(versionOf(before), versionOf(after), auditor)
    expect(changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'deadlines.progressReport@2021Q1.dueOn',
        'deadlines.progressReport@2021Q2.dueOn',
      ]),
    )
    expect(changes).toContainEqual({
      path: 'supervision.reports.2021Q1.percent',
      name: { zh: '2021Q1 进展：完成比例（%）', en: 'report of 2021Q1: percent done' },
      from: null,
      to: 40,
    })
  })
})

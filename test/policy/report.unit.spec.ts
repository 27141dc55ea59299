import { describe, expect, it } from 'vitest'
import { maySee } from '../../policy/access/scope.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { ruleOf } from '../../policy/notices/notice-rules.ts'
import { audiencesOf } from '../../policy/notices/notice.ts'
import { recipientsOf } from '../../policy/notices/recipients.ts'
import { aMarket, anEnterprise, cn, readText, treeMarket, woodPeople } from '../fixtures.ts'
import { given, type Journey } from './given.ts'

const { edition } = treeMarket
const { child, oakNeighbour, elder, fireWatch, noiseWatch, woodpecker, otherWoodpecker } = woodPeople
const commission = (assignee: string) => ({ type: 'commission', assignee }) as const
const deliver = (grade: string) =>
  ({ type: 'deliverReport', grade, findings: 'knocked on every branch' }) as const
const costly = { totalInvestment: '9.00' }

const finished = (form = aMarket(), process = treeMarket) =>
  given(process, '2026-03-02')
    .filed(child, anEnterprise(), form)
    .when(child, 'submit')
    .when(oakNeighbour, 'claim', 'approve')
    .when(fireWatch, 'claim', 'approve')
    .when(noiseWatch, 'claim', 'approve')
    .when(oakNeighbour, 'claim', 'approve')
    .on('2026-06-01')
    .when(child, { type: 'complete', completedOn: '2026-06-01', effects: [] })

const tasksOf = ({ state }: Journey) =>
  project(edition, state).tasks.map(({ task, part, roles, claimedBy }) => [task, part, roles, claimedBy])

describe('a report of a third party', () => {
  it('is commissioned by each of those who do it jointly, and is made by whom they agree on', () => {
    const open = finished()
    expect(tasksOf(open)).toEqual([
      ['commission', 'neighbour', ['neighbour'], null],
      ['commission', 'elder', ['elder'], null],
    ])
    const one = open.when(elder, commission(woodpecker.user))
    expect([one.place, tasksOf(one)]).toEqual([one.place, [['commission', 'neighbour', ['neighbour'], null]]])
    const other = one.when(oakNeighbour, commission(otherWoodpecker.user))
    expect(tasksOf(other)).toEqual([['commission', 'elder', ['elder'], null]])
    const agreed = other.when(elder, commission(otherWoodpecker.user))
    expect(agreed.state.value).toEqual({ knock: 'making' })
    expect(tasksOf(agreed)).toEqual([['knock', null, ['woodpecker'], otherWoodpecker.user]])
    expect(agreed.deadline).toMatchObject({ task: 'knock', dueOn: '2026-06-11' })
  })

  it('asks of one side to choose who makes it, of the other to make it', () => {
    const told = ['commission', 'knock'].map((task) => {
      const { roles, instruction, source } = ruleOf(edition, task) ?? {}
      return [roles, instruction, source]
    })
    expect(told).toEqual([
      [['neighbour', 'elder'], { zh: '选定第三方人员', en: 'choose who makes the report' }, 'notice'],
      [['woodpecker'], { zh: '编制并提交报告', en: 'make the report and deliver it' }, 'notice'],
    ])
  })

  it('is commissioned by any of those who do not do it jointly', () => {
    const text = readText('test/editions/tree-market.yaml').replace('jointly: true', 'jointly: false')
    const open = finished(aMarket(), createProcess(readEdition(text), cn))
    expect(open.when(oakNeighbour, commission(woodpecker.user)).state.value).toEqual({ knock: 'making' })
  })

  const agreed = finished()
    .when(elder, commission(woodpecker.user))
    .when(oakNeighbour, commission(woodpecker.user))

  it('shows the case to whom it was handed, until they have answered, and to nobody else of the role', () => {
    const seen = (journey: Journey, actor: typeof woodpecker | typeof otherWoodpecker) =>
      maySee(edition, journey.state.case, actor)
    expect([seen(finished(), woodpecker), seen(agreed, woodpecker), seen(agreed, otherWoodpecker)]).toEqual([
      false,
      true,
      false,
    ])
    expect(agreed.actions(woodpecker)).toEqual(['deliverReport'])
    expect(agreed.refusal(otherWoodpecker, deliver('pass'))).toEqual({ code: 'not-found' })
    const done = agreed.when(woodpecker, deliver('pass'))
    expect([done.phase, seen(done, woodpecker)]).toEqual(['closed', false])
  })

  it('is told to the person alone who makes it', () => {
    const [notice] = agreed.steps.at(-1)?.notices.filter(({ kind }) => kind === 'opened') ?? []
    if (!notice) throw new Error('nobody is told')
    const capacity = {
      role: 'woodpecker',
      district: null,
      uscc: null,
      issuedAt: new Date(0),
      seenAt: new Date(),
      ended: false,
    }
    const known = [woodpecker, otherWoodpecker].map(({ user }) => ({ _id: user, capacities: [capacity] }))
    const audiences = audiencesOf(edition, agreed.state.case.application, [notice])
    const told = recipientsOf(notice, audiences, known, Date.now())
    expect([notice.user, told]).toEqual([woodpecker.user, [{ user: woodpecker.user }]])
    expect(recipientsOf({ ...notice, user: 'nobody' }, audiences, known, Date.now())).toEqual([])
  })

  it('is taken back by who commissioned it, with a reason, and commissioned anew', () => {
    expect(agreed.refusal(elder, { type: 'release' })).toEqual({
      code: 'reason-needed',
      field: 'reason',
      by: woodpecker.user,
    })
    const back = agreed.when(elder, { type: 'release', reason: 'moulting' })
    expect([back.state.value, back.state.case.assignments]).toEqual([{ knock: 'commissioning' }, []])
    expect(back.steps.at(-1)?.notices).toMatchObject([{ kind: 'released', user: woodpecker.user }])
    expect(tasksOf(back)).toHaveLength(2)
  })

  it.each([
    ['pass', aMarket(), 'closed', 'completed'],
    ['hollow', aMarket(), 'closedLate', 'completed'],
    ['hollow', aMarket(costly), 'felledLate', 'revoked'],
  ])('of the grade %s leads where the edition says', (grade, form, phase, outcome) => {
    const done = finished(form)
      .when(elder, commission(woodpecker.user))
      .when(oakNeighbour, commission(woodpecker.user))
      .when(woodpecker, deliver(grade))
    expect([done.phase, project(edition, done.state).outcome]).toEqual([phase, outcome])
    expect(done.steps.at(-1)?.notices).toMatchObject([{ kind: 'outcome', outcome: 'reported' }])
  })

  it('takes no grade of another stage', () => {
    expect(agreed.refusal(woodpecker, deliver('brilliant'))).toMatchObject({
      code: 'fact-not-possible',
      allowed: ['pass', 'hollow'],
    })
  })
})

import { describe, expect, it } from 'vitest'
import { takeoversOf } from '../../policy/access/takeover.ts'
import { createProcess, type Process } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { nameOfStateValue } from '../../policy/case/state-names.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { aMarket, anEnterprise, cn, readText, treeMarket, woodPeople } from '../fixtures.ts'
import { given, type Journey } from './given.ts'

const { child, oakNeighbour, elder, fireWatch, noiseWatch } = woodPeople
const secondWatch = { ...fireWatch, user: 'badger' }
const marketText = readText('test/editions/tree-market.yaml')

const sniffed = (process: Process = treeMarket, form = aMarket()) =>
  given(process, '2026-03-02')
    .filed(child, anEnterprise(), form)
    .when(child, 'submit')
    .when(oakNeighbour, 'claim', 'approve')

const holders = ({ state }: Journey) =>
  project(treeMarket.edition, state).tasks.map(({ part, roles, claimedBy, dueOn }) => [
    part,
    roles,
    claimedBy,
    dueOn,
  ])

describe('a joint review', () => {
  it('is a task for each body, with its own officers, holder and clock', () => {
    const open = sniffed()
    expect(holders(open)).toEqual([
      ['fireWatch', ['fireWatch'], null, '2026-03-09'],
      ['noiseWatch', ['noiseWatch'], null, '2026-03-09'],
    ])
    const claimed = open.when(fireWatch, 'claim')
    expect(claimed.state.value).toEqual({ watches: { fireWatch: 'claimed', noiseWatch: 'unclaimed' } })
    expect(holders(claimed).map(([part, , holder]) => [part, holder])).toEqual([
      ['fireWatch', fireWatch.user],
      ['noiseWatch', null],
    ])
    expect([claimed.actions(secondWatch), claimed.actions(noiseWatch)]).toEqual([
      ['release', 'annotate'],
      ['claim', 'annotate'],
    ])
    expect(claimed.refusal(secondWatch, 'approve')).toMatchObject({ code: 'claimed-by-another' })
    expect(claimed.refusal(noiseWatch, 'approve')).toMatchObject({ code: 'event-not-allowed' })
    expect(nameOfStateValue(treeMarket.edition, claimed.state.value).zh).toBe(
      '两岗会看·防火员·已签收·静音员·待签收',
    )
  })

  it('is passed when the last body approves, and each is told whose task it is', () => {
    const one = sniffed().when(fireWatch, 'claim', 'approve')
    expect([one.phase, holders(one).map(([part]) => part)]).toEqual(['watches', ['noiseWatch']])
    expect(one.steps.at(-1)?.notices).toEqual([])
    expect(one.steps.at(-1)?.entry.payload).toMatchObject({ part: 'fireWatch' })
    expect(one.state.case.votes).toEqual([{ part: 'fireWatch', answer: 'approve' }])
    expect(one.when(noiseWatch, 'claim', 'approve').phase).toBe('lookAgain')
    const told = sniffed()
      .steps.at(-1)
      ?.notices.map(({ kind, part, roles }) => [kind, part, roles])
    expect(told).toEqual([
      ['opened', 'fireWatch', ['fireWatch']],
      ['opened', 'noiseWatch', ['noiseWatch']],
      ...takeoversOf(treeMarket.edition, sniffed().state).map(({ duty }) => [
        'takeover',
        duty.part,
        ['fireWatch'],
      ]),
    ])
  })

  it('leads where the answer says that makes it fail, at once, and closes the tasks of the others', () => {
    const returned = sniffed().when(noiseWatch, 'claim').when(fireWatch, 'claim', 'return')
    expect([returned.phase, returned.state.case.assignments]).toEqual(['sniff', []])
    expect(returned.state.paused.map(({ task, part, left }) => [task, part, left])).toEqual([
      ['watches', 'fireWatch', 6],
      ['watches', 'noiseWatch', 6],
    ])
  })

  it('needs a quorum where the edition says so', () => {
    const text = marketText.replace('passes: all', 'passes: { quorum: 1 }')
    const process = createProcess(readEdition(text), cn)
    expect(sniffed(process).when(noiseWatch, 'claim', 'approve').phase).toBe('lookAgain')
    const one = sniffed(process).when(fireWatch, 'claim', 'reject')
    expect(one.phase).toBe('watches')
    expect(one.when(noiseWatch, 'claim', 'reject').phase).toBe('thunder')
    expect(one.when(noiseWatch, 'claim', 'approve').phase).toBe('lookAgain')
  })

  it('goes on while neither so many have approved, nor so many have not that they cannot any more', () => {
    const text = marketText
      .replace('passes: all', 'passes: { quorum: 2 }')
      .replace('by: [fireWatch, noiseWatch]', 'by: [fireWatch, noiseWatch, elder]')
    const divided = sniffed(createProcess(readEdition(text), cn))
      .when(fireWatch, 'claim', 'approve')
      .when(noiseWatch, 'claim', 'reject')
    expect(divided.phase).toBe('watches')
    expect(divided.when(elder, 'claim', 'approve').phase).toBe('lookAgain')
    expect(divided.when(elder, 'claim', 'reject').phase).toBe('thunder')
  })

  it('keeps four eyes by task: nobody answers for two bodies, who takes over names the one that is meant', () => {
    const late = sniffed().until('2026-03-20')
    const taken = late.when(elder, { type: 'claim', part: 'noiseWatch' }, 'approve')
    expect(taken.steps.at(-1)?.entry.payload).toMatchObject({ part: 'noiseWatch', inPlaceOf: ['noiseWatch'] })
    expect(taken.refusal(elder, { type: 'claim', part: 'fireWatch' })).toEqual({ code: 'four-eyes' })
    const both = { ...noiseWatch, user: fireWatch.user }
    const one = sniffed().when(fireWatch, 'claim', 'approve')
    expect(one.refusal(both, 'claim')).toEqual({ code: 'four-eyes' })
    expect(late.when(elder, 'claim').state.case.assignments).toEqual([
      { task: 'watches', part: 'fireWatch', user: elder.user },
    ])
  })

  it('begins anew when the case comes back', () => {
    const back = sniffed()
      .when(fireWatch, 'claim', 'approve')
      .when(noiseWatch, 'claim', 'return')
      .when({ ...oakNeighbour, user: 'hawk' }, 'claim', 'approve')
    expect([back.phase, back.state.case.votes]).toEqual(['watches', []])
    expect(back.state.value).toEqual({ watches: { fireWatch: 'unclaimed', noiseWatch: 'unclaimed' } })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameTask } from '../../policy/case/case.ts'
import { createProcess, file, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { taskIdOf, type Notice } from '../../policy/notices/notice.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  castle,
  chongqing,
  cn,
  large,
  people,
  treeHouse,
} from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { castOf, movesWithin, play } from './play.ts'

const start = Date.UTC(2021, 2, 1)
const uscc = '91500112MA5ABCD195'

const editions = [
  {
    id: 'chongqing-2021',
    process: chongqing,
    forms: [anApplication(), anApplication(large)],
    district: '渝北区',
  },
  { id: 'tree-house', process: treeHouse, forms: [aWish(), aWish(castle)], district: 'Oak' },
]

/** The task that the dates of a notice are of. */
const dated = ({ task, entry, part, dateOf }: Notice) => ({ task, entry, part, ...dateOf })

/** What is told of dates by a step: each is the date of an open task as it is after the step, or one that stands no more. */
function expectTrueDates({ state, notices }: Step): void {
  for (const notice of notices) {
    const { task, part, entry } = dated(notice)
    const clock = state.deadlines.find((each) => isSameTask(each, { task, part }))
    if (notice.dueOn !== null) expect(clock).toMatchObject({ dueOn: notice.dueOn, entry })
    else if (notice.from !== null) {
      expect(clock).toBeUndefined()
      expect(state.tasks.find((each) => isSameTask(each, { task, part }))?.entry).toBe(entry)
    }
  }
}

/** By what a notice is known, whoever it reaches: two that are told of the same must differ. */
const nameOf = (notice: Notice) =>
  [taskIdOf(notice, 'p'), notice.deduplicationKey, notice.user, notice.roles.join('+')].join(' ')

describe.each(editions)('whatever happens under $id', ({ process, forms, district }) => {
  it('a notice tells the date of the task whose date it is, and nothing is told twice', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(movesWithin(40), fc.nat(1), (moves, which) => {
        const application = forms[which] ?? forms[0]
        if (!application) throw new Error('there is no form')
        const by = { user: 'a', role: process.edition.roles[0]?.id ?? '', uscc }
        const opening = file(process, { application, enterprise: anEnterprise(), by }, start)
        const cast = castOf(process, { district, uscc })
        const steps = play({ process, steps: [opening], now: start, forms, cast }, moves)
        steps.forEach(expectTrueDates)
        const names = steps.flatMap(({ notices }) => notices.map(nameOf))
        expect(names).toEqual([...new Set(names)])
        for (const { kind, dueOn } of steps.flatMap(({ notices }) => notices)) if (dueOn) kinds.add(kind)
      }),
      { numRuns: 100 },
    )
    expect([...kinds]).toEqual(expect.arrayContaining(['opened', 'moved', 'outcome']))
  })
})

describe('who moves a date or stops a clock', () => {
  const { clerk, verifier, reviewer } = people
  const newer: Process = createProcess(chongqing.edition, { ...cn, off: [...cn.off, '2021-03-15'] })
  const claimed = (): Journey =>
    given(chongqing)
      .filed(clerk, anEnterprise(), anApplication(large))
      .when(clerk, 'completeAssessment', 'submit')
      .on('2021-03-10')
      .when(verifier, 'claim')
  const reviewed = claimed().when(verifier, 'approve').when(reviewer, 'claim')
  const asking = {
    type: 'requestExtension',
    reason: '缺芯',
    measures: '换型',
    completeOn: '2022-03-31',
  } as const
  const asked = certified().on('2021-10-20').when(clerk, asking).when(verifier, 'claim')

  it.each<[string, Journey, task: string, kinds: string[]]>([
    [
      'an officer who takes longer',
      claimed().when(verifier, 'extendTime'),
      'districtVerification',
      ['moved'],
    ],
    ['an officer who has experts look', reviewed.when(reviewer, 'suspend'), 'municipalReview', ['suspend']],
    [
      'experts who have looked',
      reviewed.when(reviewer, 'suspend').on('2021-04-06').when(reviewer, 'resume'),
      'municipalReview',
      ['suspend', 'resume'],
    ],
    ['a calendar', claimed().adopting(newer), 'districtVerification', ['moved']],
    ['an operator', claimed().commanded('hold'), 'districtVerification', ['hold']],
    [
      'an operator, and goes on',
      claimed().commanded('hold').on('2021-04-06').commanded('endHold'),
      'districtVerification',
      ['hold', 'endHold'],
    ],
    ['an officer who grants an extension', asked.when(verifier, 'grantExtension'), 'completion', ['outcome']],
  ])('%s: it is the date of the task as it was opened', (_, journey, task, kinds) => {
    journey.steps.forEach(expectTrueDates)
    const entry = journey.state.tasks.find((each) => each.task === task)?.entry
    const said = journey.steps.flatMap(({ notices }) => notices).filter(({ kind }) => kinds.includes(kind))
    const ofTask = said.map(dated).filter((each) => each.task === task)
    expect(ofTask.slice(-kinds.length)).toEqual(kinds.map(() => ({ task, entry, part: null })))
    expect(new Set(said.map(nameOf)).size).toBe(said.length)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countDays } from '../../policy/calendar.ts'
import { addDays, daysFrom } from '../../policy/dates.ts'
import { nextWake } from '../../policy/reminders.ts'
import { anApplication, anEnterprise, chongqing, cn, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'

const { administrator, clerk, verifier, secondVerifier } = people
const everybody = [clerk, verifier, secondVerifier, administrator]
const lasting = { startOn: '2019-01-01', completeOn: '2030-12-31' }
const day = fc.integer({ min: 0, max: 1500 }).map((after) => addDays('2018-01-01', after))

const submitted = (on: string) =>
  given(chongqing, on)
    .filed(clerk, anEnterprise(), anApplication(lasting))
    .when(clerk, 'completeAssessment', 'submit')
const left = (unit: 'workingDays' | 'calendarDays', from: string, to = from) => countDays(cn, unit, from, to)
const goesOn = (journey: Journey) => journey.on('2021-04-20').ordered('endHold')
const returned = (on: string) => submitted(on).when(verifier, 'claim', 'return')

describe('a case that is held', () => {
  const held = submitted('2021-03-01').on('2021-03-08').ordered('hold')

  it('lets nobody do anything, and says since when', () => {
    for (const actor of everybody) expect(held.actions(actor)).toEqual([])
    expect(held.refusal(verifier, 'claim')).toEqual({ code: 'case-held', since: '2021-03-08' })
    expect(held.refusal(people.elsewhere, 'claim')).toEqual({ code: 'not-found' })
  })

  it('has no clock that runs: nothing happens however long it takes', () => {
    expect(held.until('2029-01-01').history).toEqual(held.history)
    expect(nextWake(chongqing, held.state)).toBe(Infinity)
  })

  it('keeps state, application and tasks as they were', () => {
    const before = submitted('2021-03-01')
    expect(held.state.value).toEqual(before.state.value)
    expect(held.state.case).toEqual(before.state.case)
    expect(held.state.tasks).toEqual(before.state.tasks)
    expect(held.ordered('endHold').state).toMatchObject({
      case: before.state.case,
      tasks: before.state.tasks,
    })
  })

  it('tells those who had a date that it stands still, and why', () => {
    expect(held.steps.at(-1)?.entry).toMatchObject({
      type: 'hold',
      by: administrator,
      payload: { reason: '核查数据', approvedBy: 'adm-2' },
      deadlines: [{ task: 'districtVerification', why: 'stopped', from: '2021-03-29', to: null }],
    })
    expect(held.steps.at(-1)?.notices).toMatchObject([{ kind: 'moved', words: '核查数据', dueOn: null }])
  })

  it('cannot be held twice, nor go on twice, nor be held once it is over', () => {
    expect(() => held.ordered('hold')).toThrow('order-not-allowed')
    expect(() => held.ordered('endHold').ordered('endHold')).toThrow('order-not-allowed')
    expect(() => submitted('2021-03-01').when(clerk, 'withdraw').ordered('hold')).toThrow('order-not-allowed')
  })
})

describe('a case that goes on', () => {
  it.each([
    ['working days', submitted, 'districtVerification', 'workingDays'],
    ['working days before a lapse', returned, 'correction', 'workingDays'],
  ] as const)('has the %s that were left', (_unit, begun, task, unit) => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 400 }),
        (on, ran, still) => {
          const running = begun(on)
            .on(addDays(on, ran))
            .until(addDays(on, ran - 1))
          const stoppedOn = addDays(on, ran)
          const goesOnAt = addDays(stoppedOn, still)
          const before = running.due(task)
          const after = running.on(stoppedOn).ordered('hold').on(goesOnAt).ordered('endHold').due(task)
          if (!before || !after) throw new Error('the clock is gone')
          expect(after.overdue).toBe(before.overdue)
          if (before.overdue) expect(after.dueOn).toBe(before.dueOn)
          else expect(left(unit, goesOnAt, after.dueOn)).toBe(left(unit, stoppedOn, before.dueOn))
          if (before.lapsesOn)
            expect(left(unit, goesOnAt, after.lapsesOn)).toBe(left(unit, stoppedOn, before.lapsesOn))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('has a date that was given as much later as it was held, and keeps it through the next event', () => {
    const held = certified(lasting, '2021-03-01').on('2021-03-10').ordered('hold')
    const gone = goesOn(held)
    const later = addDays('2030-12-31', daysFrom('2021-03-10', '2021-04-20'))
    expect(gone.due('completion')).toMatchObject({ dueOn: later, given: '2030-12-31' })
    const reported = gone.when(clerk, 'report')
    expect(reported.due('completion')).toEqual(gone.due('completion'))
  })

  it('counts by a calendar that came in meanwhile, and by later ones from then on', () => {
    const local = { ...cn, off: [...cn.off, '2021-04-21', '2021-04-22'] }
    const newer = { ...chongqing, country: local, district: local }
    const held = submitted('2021-03-01').on('2021-03-08').ordered('hold')
    const before = goesOn(held).due('districtVerification')
    expect(goesOn(held.adopting(newer)).due('districtVerification')?.dueOn).toBe(
      addDays(before?.dueOn ?? '', 2),
    )
    const adopted = goesOn(held).adopting(newer).due('districtVerification')
    expect(adopted).toEqual(goesOn(held.adopting(newer)).due('districtVerification'))
  })
})

describe('a case that is taken up from its record', () => {
  it('is what it was, but for a line that says so', () => {
    const before = submitted('2021-03-01')
    const after = before.ordered('restart')
    expect(after.state).toEqual({ ...before.state, revision: before.state.revision + 1 })
    expect(after.steps.at(-1)).toMatchObject({
      notices: [],
      effects: [],
      entry: { type: 'restart', deadlines: [] },
    })
  })

  it('stays held', () => {
    const held = submitted('2021-03-01').ordered('hold').ordered('restart')
    expect(held.refusal(verifier, 'claim')).toMatchObject({ code: 'case-held' })
  })
})

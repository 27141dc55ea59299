import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countDays, isWorkingDay, lastDayByCalendar } from '../../policy/time/calendar.ts'
import { addDays, daysFrom } from '../../policy/time/dates.ts'
import type { GivenDate, HeldTime } from '../../policy/case/held-time.ts'
import { nextWake } from '../../policy/notices/reminders.ts'
import { reportDate } from '../../policy/stages/supervision/kept.ts'
import { anApplication, anEnterprise, chongqing, cn, people, supervisionOf } from '../fixtures.ts'
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
const goesOn = (journey: Journey) => journey.on('2021-04-20').commanded('endHold')
const told = ({ steps }: Journey) => steps.at(-1)?.notices.map(({ kind, from, dueOn }) => [kind, from, dueOn])
const returned = (on: string) => submitted(on).when(verifier, 'claim', 'return')

describe('a case that is held', () => {
  const held = submitted('2021-03-01').on('2021-03-08').commanded('hold')

  it('lets nobody do anything, and says since when', () => {
    // A note is taken all the same: `annotate.unit.spec.ts`.
    for (const actor of everybody)
      expect(held.actions(actor).filter((type) => type !== 'annotate')).toEqual([])
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
    expect(held.commanded('endHold').state).toMatchObject({
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
    expect(held.steps.at(-1)?.notices).toMatchObject([
      { kind: 'hold', words: '核查数据', from: '2021-03-29', dueOn: null, by: administrator },
    ])
  })

  it('tells them that it goes on, and of a date that has moved or stays', () => {
    const sameDay = held.steps.at(-1)?.entry.on ?? ''
    expect(told(held.on(sameDay).commanded('endHold'))).toEqual([['endHold', '2021-03-29', '2021-03-29']])
    expect(told(held.on('2021-04-30').commanded('endHold'))?.[0]?.[2]).not.toBe('2021-03-29')
  })

  it('cannot be held twice, nor go on twice, nor be held once it is over', () => {
    expect(() => held.commanded('hold')).toThrow('admin-command-not-allowed')
    expect(() => held.commanded('endHold').commanded('endHold')).toThrow('admin-command-not-allowed')
    expect(() => submitted('2021-03-01').when(clerk, 'withdraw').commanded('hold')).toThrow(
      'admin-command-not-allowed',
    )
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
          const after = running.on(stoppedOn).commanded('hold').on(goesOnAt).commanded('endHold').due(task)
          if (!before || !after) throw new Error('the clock is gone')
          const leftThen = (date: string) =>
            left(unit, stoppedOn, date) || (isWorkingDay(cn, goesOnAt) || date < stoppedOn ? 0 : 1)
          expect(after.overdue).toBe(before.overdue)
          if (before.overdue) expect(after.dueOn).toBe(before.dueOn)
          else expect(left(unit, goesOnAt, after.dueOn)).toBe(leftThen(before.dueOn))
          if (before.lapsesOn) expect(left(unit, goesOnAt, after.lapsesOn)).toBe(leftThen(before.lapsesOn))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is due on the next working day, if it was held on its last one and goes on on a day off (民法典 203)', () => {
    const held = submitted('2021-03-01').on('2021-03-29').commanded('hold')
    const due = (on: string) => held.on(on).commanded('endHold').due('districtVerification')
    expect(due('2021-04-09')).toMatchObject({ dueOn: '2021-04-09', overdue: false })
    expect(due('2021-04-10')).toMatchObject({ dueOn: '2021-04-12', overdue: false })
    const again = held.on('2021-04-10').commanded('endHold').adopting(chongqing)
    expect(again.due('districtVerification')?.dueOn).toBe('2021-04-12')
  })

  it('has a date that was given as much later as it was held, and keeps it through the next event', () => {
    const held = certified(lasting, '2021-03-01').on('2021-03-10').commanded('hold')
    const gone = goesOn(held)
    const later = addDays('2030-12-31', daysFrom('2021-03-10', '2021-04-20'))
    expect(gone.due('completion')).toMatchObject({ dueOn: later, given: '2030-12-31' })
    const reported = gone.when(clerk, 'report')
    expect(reported.due('completion')).toEqual(gone.due('completion'))
  })

  it('counts by a calendar that came in meanwhile, and by later ones from then on', () => {
    const local = { ...cn, off: [...cn.off, '2021-04-21', '2021-04-22'] }
    const newer = { ...chongqing, country: local, district: local }
    const held = submitted('2021-03-01').on('2021-03-08').commanded('hold')
    const before = goesOn(held).due('districtVerification')
    expect(goesOn(held.adopting(newer)).due('districtVerification')?.dueOn).toBe(
      addDays(before?.dueOn ?? '', 2),
    )
    const adopted = goesOn(held).adopting(newer).due('districtVerification')
    expect(adopted).toEqual(goesOn(held.adopting(newer)).due('districtVerification'))
  })
})

const owed = ({ state }: Journey) => state.deadlines.filter(({ task }) => task === 'progressReport')

const isOnLastDay = ({ from }: HeldTime, last: string) => from >= last && from <= lastDayByCalendar(cn, last)

/** The day on which the days of a time have passed, counted one by one; held ones are passed by. */
function countedThrough({ from, dueOn }: GivenDate, holds: HeldTime[]): string {
  const isHeld = (date: string) => holds.some((held) => held.from < date && date <= held.to)
  let date = from
  for (let days = daysFrom(from, dueOn); days > 0;) {
    date = addDays(date, 1)
    if (!isHeld(date)) days -= 1
  }
  // Its last day is not over, if the case is held on it; nor is it on a day off.
  return holds.reduce((last, held) => (isOnLastDay(held, last) ? held.to : last), date)
}

describe('the reports of a case that was held', () => {
  const stage = supervisionOf(chongqing.edition)
  const held = certified(lasting, '2021-03-01').on('2021-03-10').commanded('hold')

  it('are due as much later, also those whose periods began meanwhile, and none is late at once', () => {
    const dates = [
      ['2021Q1', '2022-01-06'],
      ['2021Q2', '2022-03-16'],
      ['2021Q3', '2022-03-17'],
      ['2021Q4', '2022-03-17'],
    ]
    const gone = held.on('2021-12-01').commanded('endHold')
    expect(owed(gone).map(({ part, dueOn }) => [part, dueOn])).toEqual(dates)
    const reported = gone.on('2021-12-02').when(clerk, 'report')
    expect(owed(reported).map(({ part, dueOn }) => [part, dueOn])).toEqual(dates.slice(1))
    expect(owed(reported).filter(({ overdue }) => overdue)).toEqual([])
    expect(reported.place[1]).toBe('current')
    expect(reported.on('2022-04-01').when(clerk, 'report').place[1]).toBe('late')
  })

  it('tells of those that were opened when it went on', () => {
    const { entry, notices } = held.on('2021-12-01').commanded('endHold').steps.at(-1) ?? {}
    expect(entry?.deadlines.map(({ part, why }) => [part, why])).toEqual([
      [null, 'resumed'],
      ['2021Q1', 'resumed'],
      ['2021Q2', 'opened'],
      ['2021Q3', 'opened'],
      ['2021Q4', 'opened'],
    ])
    expect(notices?.map(({ part }) => part)).toEqual([null, '2021Q1', '2021Q2', '2021Q3', '2021Q4'])
  })

  const move = fc.record({ wait: fc.nat(120), still: fc.option(fc.nat(300), { freq: 2 }) })
  it('have all their days, however often it is held and whenever somebody reports', () => {
    if (!stage) throw new Error('nobody supervises')
    let shifted = 0
    fc.assert(
      fc.property(day, fc.array(move, { minLength: 1, maxLength: 8 }), (begins, moves) => {
        let today = begins
        let journey = certified(lasting, begins)
        const holds: HeldTime[] = []
        for (const { wait, still } of moves) {
          const from = addDays(today, wait)
          today = addDays(from, still ?? 0)
          const reached = journey.on(from)
          journey =
            still === null
              ? reached.when(clerk, 'report')
              : reached.commanded('hold').on(today).commanded('endHold')
          if (still !== null) holds.push({ from, to: today })
          const { supervision } = journey.state.case
          if (!supervision || !stage?.reports) throw new Error('not certified')
          const reportRules = stage.reports
          const rules = owed(journey).map(({ part }) => reportDate(reportRules, supervision, part ?? ''))
          const dates = owed(journey).map(({ dueOn }) => dueOn)
          expect(dates).toEqual(rules.map((rule) => lastDayByCalendar(cn, countedThrough(rule, holds))))
          const late = owed(journey).filter(({ dueOn }) => dueOn < today)
          expect(owed(journey).filter(({ overdue }) => overdue)).toEqual(late)
          expect(journey.place[1]).toBe(late.length > 0 ? 'late' : 'current')
          shifted += rules.filter((rule) => countedThrough(rule, holds) !== rule.dueOn).length
        }
      }),
      { numRuns: 60 },
    )
    expect(shifted).toBeGreaterThan(0)
  })
})

describe('a case that is taken up from its record', () => {
  it('is what it was, but for a line that says so', () => {
    const before = submitted('2021-03-01')
    const after = before.commanded('restart')
    const revision = before.state.revision + 1
    expect(after.state).toEqual({ ...before.state, revision, changedAt: revision })
    expect(after.steps.at(-1)).toMatchObject({
      notices: [],
      effects: [],
      entry: { type: 'restart', deadlines: [] },
    })
  })

  it('stays held', () => {
    const held = submitted('2021-03-01').commanded('hold').commanded('restart')
    expect(held.refusal(verifier, 'claim')).toMatchObject({ code: 'case-held' })
  })
})

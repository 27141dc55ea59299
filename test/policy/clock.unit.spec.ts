import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDuration,
  countDays,
  isWorkingDay,
  lastDayByCalendar,
  type Calendar,
} from '../../policy/time/calendar.ts'
import type { Actor } from '../../policy/case/case.ts'
import { addDays } from '../../policy/time/dates.ts'
import type { EventType, ProjectEvent } from '../../policy/case/events.ts'
import { createProcess, type Process } from '../../policy/case/lifecycle.ts'
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

const { clerk, verifier, reviewer } = people
const { child, oakNeighbour, squirrel } = woodPeople
const day = fc.integer({ min: 0, max: 2000 }).map((after) => addDays('2018-01-01', after))
const days = (max: number) => fc.integer({ min: 0, max })
const anyForm = { startOn: '2019-01-01', completeOn: '2030-12-31' }

const submitted = (on: string, overrides = {}) =>
  given(chongqing, on)
    .filed(clerk, anEnterprise(), anApplication({ ...anyForm, ...overrides }))
    .when(clerk, 'completeAssessment', 'submit')
const inReview = (on: string) =>
  submitted(on, large).when(verifier, 'claim', 'approve').when(reviewer, 'claim')
const inWood = (on: string) =>
  given(treeHouse, on).filed(child, anEnterprise(), aWish()).when(child, 'submit')
const voting = (on: string) =>
  inWood(on).when(oakNeighbour, 'claim', 'approve').when(child, 'submit').when(squirrel, 'claim')

const workingDayFrom = (date: string) => lastDayByCalendar(cn, date)
type Deed = ProjectEvent | EventType
type Still = {
  begun: (on: string) => Journey
  unit: 'workingDays' | 'calendarDays'
  whole: number
  stop: [Actor, Deed]
  goOn: [Actor, Deed]
}

/** Clocks that stand still and go on with what was left. */
const resuming: [string, Still][] = [
  [
    'a verification that returns the case',
    {
      begun: (on) => submitted(on).when(verifier, 'claim'),
      unit: 'workingDays',
      whole: 20,
      stop: [verifier, 'return'],
      goOn: [clerk, 'resubmit'],
    },
  ],
  [
    'a review that is suspended',
    {
      begun: inReview,
      unit: 'workingDays',
      whole: 20,
      stop: [reviewer, 'suspend'],
      goOn: [reviewer, 'resume'],
    },
  ],
  [
    'a vote that is returned',
    { begun: voting, unit: 'calendarDays', whole: 3, stop: [squirrel, 'return'], goOn: [child, 'submit'] },
  ],
  [
    'a vote that is suspended',
    {
      begun: voting,
      unit: 'calendarDays',
      whole: 3,
      stop: [squirrel, { type: 'suspend', ground: 'winterSleep', reason: '冬眠' }],
      goOn: [squirrel, 'resume'],
    },
  ],
]

describe.each(resuming)('the clock of %s', (_, { begun, unit, whole, stop, goOn }) => {
  it('loses no day: what is used and what is left is the whole, and it goes on with that', () => {
    fc.assert(
      fc.property(day, days(whole), days(40), (on, used, waited) => {
        const start = begun(on)
        const stopped = start.on(addDays(on, used)).when(...stop)
        const left = stopped.state.paused.map((each) => each.left)
        const usedDays = countDays(cn, unit, on, addDays(on, used))
        expect(left).toEqual([whole - usedDays])
        const again = addDays(on, used + waited)
        const { deadline } = stopped.on(again).when(...goOn)
        expect(deadline).toMatchObject({ since: again, days: whole - usedDays })
        const { dueOn } = addDuration(cn, again, { days: whole - usedDays, unit })
        expect(deadline?.dueOn).toBe(workingDayFrom(dueOn))
      }),
      { numRuns: 50 },
    )
  })

  it('is never shortened by standing still', () => {
    fc.assert(
      fc.property(day, days(60), days(40), (on, used, waited) => {
        const start = begun(on)
        const stopped = start.on(addDays(on, used)).when(...stop)
        if (stopped.state.done) return
        const again = stopped.on(addDays(on, used + waited)).when(...goOn)
        const [before = '', after = ''] = [start.deadline?.dueOn, again.deadline?.dueOn]
        const wasLate = addDays(on, used) > before
        expect(wasLate ? after >= addDays(on, used + waited) : after >= before).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a clock that starts anew', () => {
  const rain = { type: 'suspend', ground: 'rain', reason: '下雨' } as const

  it.each<[string, Deed, Actor, Deed]>([
    ['a return', 'return', child, 'resubmit'],
    ['a suspension', rain, oakNeighbour, 'resume'],
  ])('has all its days after %s', (_, stop, actor, goOn) => {
    fc.assert(
      fc.property(day, days(10), days(7), (on, used, waited) => {
        const again = addDays(on, used + waited)
        const stopped = inWood(on).on(addDays(on, used)).when(oakNeighbour, 'claim', stop)
        const { deadline } = stopped.on(again).when(actor, goOn)
        expect(deadline).toMatchObject({
          task: 'neighbourLook',
          since: again,
          dueOn: workingDayFrom(addDays(again, 10)),
        })
      }),
      { numRuns: 50 },
    )
  })
})

describe('an officer who takes longer', () => {
  it('has exactly the days of the edition more', () => {
    fc.assert(
      fc.property(day, days(20), (on, used) => {
        const claimed = submitted(on).on(addDays(on, used)).when(verifier, 'claim')
        const longer = claimed.when(verifier, 'extendTime')
        const [before = '', after = ''] = [claimed.deadline?.dueOn, longer.deadline?.dueOn]
        expect(countDays(cn, 'workingDays', before, after)).toBe(10)
        expect(longer.steps.at(-1)?.entry.deadlines).toMatchObject([{ from: before, to: after, days: 10 }])
      }),
      { numRuns: 50 },
    )
  })

  it('and waits for something comes to the same sum, in whichever order', () => {
    fc.assert(
      fc.property(day, days(15), days(40), days(3), (on, used, waited, rest) => {
        const [stop, again] = [addDays(on, used), addDays(on, used + waited)]
        const start = inReview(on).on(stop)
        const longerFirst = start.when(reviewer, 'extendTime', 'suspend').on(again).when(reviewer, 'resume')
        const stopFirst = start.when(reviewer, 'suspend').on(again).when(reviewer, 'resume')
        const longerLast = stopFirst.when(reviewer, 'extendTime')
        expect(longerLast.deadline).toEqual({ ...longerFirst.deadline, remindedThrough: again })
        const inOneGo = countDays(cn, 'workingDays', on, longerFirst.deadline?.dueOn ?? '')
        expect(inOneGo - countDays(cn, 'workingDays', stop, again)).toBe(30)
        const twice = longerFirst.on(addDays(again, rest)).when(reviewer, 'suspend', 'resume')
        expect(twice.deadline?.dueOn).toBe(longerFirst.deadline?.dueOn)
      }),
      { numRuns: 60 },
    )
  })
})

/** Cases with a date of each kind, begun on a day: a length in working days, one that lapses, one that is given. */
const begun: ((on: string) => Journey)[] = [
  (on) => submitted(on),
  (on) => submitted(on).when(verifier, 'claim', 'return'),
  (on) => inReview(on),
  (on) => certified(anyForm, on),
  (on) => certified(anyForm, on).when(clerk, 'requestRevocation'),
  (on) => certified(anyForm, on).when(verifier, 'requestRevocation'),
]
const kind = fc.nat(begun.length - 1)
const beginning = (at: number, on: string) => (begun[at] ?? submitted)(on)

function withDayOff(off: string): Process {
  const calendar: Calendar = {
    ...cn,
    off: [...cn.off, off],
    worked: cn.worked.filter((date) => date !== off),
  }
  return createProcess(chongqing.edition, calendar)
}

describe('a new calendar', () => {
  it('that says the same moves nothing', () => {
    fc.assert(
      fc.property(kind, day, days(60), (at, begins, later) => {
        const start = beginning(at, begins)
        const { on } = start.steps.at(-1)?.entry ?? { on: '' }
        const before = start.until(addDays(on, later))
        const copy = createProcess(chongqing.edition, { ...cn, off: [...cn.off], worked: [...cn.worked] })
        expect(before.adopting(copy).state).toEqual(before.state)
      }),
      { numRuns: 60 },
    )
  })

  it('with one more day off moves exactly what spans it, by one working day', () => {
    let moved = 0
    fc.assert(
      fc.property(kind, day, days(60), (at, begins, after) => {
        const start = beginning(at, begins)
        const on = start.steps.at(-1)?.entry.on ?? ''
        const off = addDays(on, after)
        const newer = withDayOff(off)
        const adopted = start.adopting(newer)
        const spans = start.state.deadlines.filter(
          ({ days: length, since, dueOn, part }) =>
            isWorkingDay(cn, off) &&
            (length === null ? part !== null && off === dueOn : since < off && off <= dueOn),
        )
        moved += spans.length
        for (const { task, dueOn } of spans) {
          const to = adopted.due(task)?.dueOn ?? ''
          expect([countDays(cn, 'workingDays', dueOn, to), to > dueOn]).toEqual([1, true])
        }
        const lapses = start.state.deadlines.filter(
          (each) => isWorkingDay(cn, off) && each.dueOn < off && off <= (each.lapsesOn ?? ''),
        )
        const others = start.state.deadlines.filter((each) => ![...spans, ...lapses].includes(each))
        for (const each of others) expect(adopted.due(each.task)).toEqual(each)
        expect(adopted.steps.length - start.steps.length).toBe(spans.length + lapses.length > 0 ? 1 : 0)
        expect(
          adopted.steps.at(-1)?.entry.deadlines.filter(({ why }) => why === 'calendar') ?? [],
        ).toHaveLength(spans.length)
      }),
      { numRuns: 100 },
    )
    expect(moved).toBeGreaterThan(10)
  })

  it('moves the day on which a case lapses, too, also when its due date has passed', () => {
    const returned = submitted('2021-03-01').when(verifier, 'claim', 'return')
    for (const before of [returned, returned.until('2021-04-20')]) {
      const adopted = before.on('2021-04-21').adopting(withDayOff('2021-04-28'))
      expect([before.deadline?.lapsesOn, adopted.deadline?.lapsesOn]).toEqual(['2021-05-06', '2021-05-07'])
      expect(adopted.deadline?.dueOn).toBe('2021-03-22')
      expect(adopted.steps.at(-1)?.notices).toEqual([])
    }
  })

  it('makes sure what was provisional, even if the day stays the same', () => {
    const before = submitted('2026-12-15')
    const known = createProcess(chongqing.edition, { ...cn, through: 2027 })
    const adopted = before.adopting(known)
    expect([before.deadline?.provisional, adopted.deadline?.provisional]).toEqual([true, false])
    expect(adopted.steps.at(-1)?.entry).toMatchObject({ type: 'recalculate', deadlines: [] })
  })

  it('that brings a date forward finds it missed once that day is over, and time does not say so again', () => {
    const saturday = '2021-03-06'
    const sooner = createProcess(chongqing.edition, { ...cn, worked: [...cn.worked, saturday] })
    const before = submitted('2021-03-01')
    expect(before.deadline?.dueOn).toBe('2021-03-29')
    const inTime = before.on('2021-03-26').adopting(sooner)
    expect(inTime.deadline).toMatchObject({ dueOn: '2021-03-26', overdue: false })
    const late = before.on('2021-03-27').adopting(sooner)
    expect(late.deadline).toMatchObject({ dueOn: '2021-03-26', overdue: true })
    expect(late.until('2021-04-30').history.at(-1)).toEqual(['2021-03-27', 'recalculate'])
  })

  it('does not bring back a date that was missed', () => {
    const late = submitted('2021-03-01').until('2021-03-29').on('2021-03-31')
    const adopted = late.adopting(withDayOff('2021-03-26'))
    expect(adopted.steps).toHaveLength(late.steps.length)
    expect(adopted.deadline).toMatchObject({ dueOn: '2021-03-29', overdue: true })
  })
})

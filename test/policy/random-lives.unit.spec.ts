import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastDayByCalendar } from '../../policy/time/calendar.ts'
import { addDays, endOfDay } from '../../policy/time/dates.ts'
import type { StageOf } from '../../policy/edition/edition.ts'
import type { Process, Step } from '../../policy/case/lifecycle.ts'
import { addMonths } from '../../policy/time/periods.ts'
import { project } from '../../policy/case/projection.ts'
import { owedPeriods, reportDate, type Supervision } from '../../policy/stages/supervision/kept.ts'
import { waitsInTime } from '../../policy/stages/supervision/requests.ts'
import { shownSupervision } from '../../policy/stages/supervision/shown.ts'
import { anEnterprise, aWish, chongqing, cn, supervisionOf, treeHouse, woodPeople } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { castOf, lastOf, movesWithin, play } from './play.ts'

const uscc = '91500112MA5ABCD195'
const moves = movesWithin(60)
const { child, oakNeighbour, squirrel } = woodPeople
const permitted = given(treeHouse, '2030-05-20')
  .filed(child, anEnterprise(), aWish())
  .when(child, 'submit')
  .when(oakNeighbour, 'claim', 'approve')
  .when(child, 'submit')
  .when(squirrel, 'claim', 'approve')

const editions: [string, Process, Journey, string][] = [
  ['chongqing-2021', chongqing, certified(), '渝北区'],
  ['tree-house', treeHouse, permitted, 'Oak'],
]

type Life = { stage: StageOf<'supervision'>; steps: Step[]; kept: Supervision }

/** Who asked for a revocation does not decide it; one that an officer asks for is heard first. Says whether it was so. */
function expectHeard({ stage, steps }: Life): boolean {
  const entries = steps.map(({ entry }) => entry)
  const last = entries.at(-1)
  if (last?.type !== 'revoke') return false
  const asked = entries.findLastIndex(({ type }) => type === 'requestRevocation')
  const by = entries[asked]?.by
  expect(last.by?.user).not.toBe(by?.user)
  if (!stage.officers.includes(by?.role ?? '')) return false
  const heard = entries.slice(asked).filter(({ type }) => type === 'respond' || type === 'lapse')
  expect(heard).toHaveLength(1)
  const lastDay =
    entries[asked]?.deadlines.find(({ task, to }) => task === 'hearing' && to !== null)?.to ?? ''
  if (heard[0]?.type === 'lapse') expect(heard[0].on).toBe(addDays(lastDay, 1))
  return true
}

/** The date moves as often and as far as it may, onwards, and by nothing but a grant. Says how often. */
function expectBounded({ stage: { extension }, steps, kept: { extensions, completeOn } }: Life): number {
  expect(extensions.length).toBeLessThanOrEqual(extension?.atMost ?? 0)
  const grants = steps.flatMap(({ entry }, at) => (entry.type === 'grantExtension' ? [at] : []))
  expect(grants).toHaveLength(extensions.length)
  const dates = [steps[0]?.state.case.application.completeOn, ...extensions.map(({ to }) => to)]
  expect(extensions.map(({ from }) => from)).toEqual(dates.slice(0, -1))
  expect(completeOn).toBe(dates.at(-1))
  for (const [index, { from, to }] of extensions.entries()) {
    const before = steps.slice(0, grants[index])
    const asked = before.findLast(({ entry }) => entry.type === 'requestExtension')?.entry.on
    expect([to > from, to > (asked ?? '')]).toEqual([true, true])
    expect(to <= addMonths(from, extension?.months ?? 0)).toBe(true)
  }
  return extensions.length
}

/** Each period has a report, or one is still owed; the region of reports says whether one is late. Says how many are. */
function expectReported({ stage, steps, kept }: Life): number {
  const state = lastOf(steps)
  const periods = kept.reports.map(({ period }) => period)
  expect(new Set(periods).size).toBe(periods.length)
  expect(steps.some(({ entry }) => entry.type === 'report')).toBe(periods.length > 0)
  if (state.done) return 0
  const today = steps.at(-1)?.entry.on ?? ''
  const owed = state.deadlines.filter(({ task }) => task === 'progressReport')
  expect(owed.map(({ part }) => part)).toEqual(stage.reports ? owedPeriods(stage.reports, kept, today) : [])
  expect(owed.map(({ dueOn }) => dueOn)).toEqual(
    owed.map(
      ({ part }) => stage.reports && lastDayByCalendar(cn, reportDate(stage.reports, kept, part ?? '').dueOn),
    ),
  )
  const missed = owed.filter(({ overdue }) => overdue)
  expect(missed).toEqual(owed.filter(({ dueOn }) => dueOn < today))
  expect(JSON.stringify(state.value)).toContain(missed.length > 0 ? '"late"' : '"current"')
  return missed.length
}

/** Time finds each date missed once, on the day after it, and closes a hearing; nothing else. Says how often. */
function expectTimely({ steps }: Life): number {
  const seen = new Set<string>()
  steps.forEach(({ entry: { type, by, on, payload, to }, effects, state }, at) => {
    const before = steps[at - 1]?.state
    if (by || !before?.case.supervision) return
    const { task, part } = payload
    const due = before.deadlines.find((each) => each.task === task && each.part === part)
    expect([effects, state.done, on]).toEqual([[], false, addDays(due?.dueOn ?? '', 1)])
    const happened = JSON.stringify([type, task, part, due?.entry, due?.dueOn])
    expect(seen).not.toContain(happened)
    seen.add(happened)
    expect(state.case).toEqual(before.case)
    if (type !== 'lapse') return
    expect([task, JSON.stringify(to)]).toEqual(['hearing', expect.stringContaining('revocationDecision')])
  })
  return seen.size
}

/** An overrun is noticed, explained only once it is there, and over with a new date. */
function expectConsistent({ stage, steps, kept }: Life): void {
  const { completeOn, decidedOn, completed } = kept
  const state = lastOf(steps)
  const { overdue, explained } = shownSupervision(state) ?? {}
  expect(JSON.parse(JSON.stringify(steps))).toEqual(steps)
  expect(overdue || !explained).toBe(true)
  const completion = state.deadlines.find(({ task }) => task === 'completion')
  const stands = completed !== null || waitsInTime(stage, kept)
  if (stands) expect(completion).toBeUndefined()
  else if (!state.done) expect(completion).toMatchObject({ dueOn: decidedOn ?? completeOn, overdue })
  const value = JSON.stringify(state.value)
  if (/"(building|overdue|explained)"/.test(value))
    expect(value).toContain(explained ? '"explained"' : overdue ? '"overdue"' : '"building"')
}

describe.each(editions)(
  'whatever people try with a certified project under %s',
  (_, process, journey, district) => {
    const stage = supervisionOf(process.edition)
    const now = endOfDay(journey.steps.at(-1)?.entry.on ?? '') - 1
    const opening = {
      process,
      steps: journey.steps,
      now,
      forms: [],
      cast: castOf(process, { district, uscc }),
    }

    it('is completed or revoked in the end, heard, extended as it may be, and owes its reports', () => {
      if (!stage) throw new Error('nobody supervises')
      const seen = { completed: 0, revoked: 0, heard: 0, atTheLimit: 0, late: 0, passed: 0 }
      fc.assert(
        fc.property(moves, (list) => {
          const steps = play(opening, list)
          const { supervision: kept } = lastOf(steps).case
          if (!kept) throw new Error('not certified any more')
          const life = { stage, steps, kept }
          const { outcome } = project(process.edition, lastOf(steps))
          expect(['certified', 'completed', 'revoked']).toContain(outcome)
          if (outcome === 'completed' || outcome === 'revoked') seen[outcome] += 1
          if (expectHeard(life)) seen.heard += 1
          if (expectBounded(life) === stage.extension?.atMost) seen.atTheLimit += 1
          seen.late += expectReported(life)
          seen.passed += expectTimely(life)
          expectConsistent(life)
        }),
        { numRuns: 200 },
      )
      expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([])
    }, 120_000)
  },
)

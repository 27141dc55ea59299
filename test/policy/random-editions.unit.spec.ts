import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRefusal, partMeant } from '../../policy/case/actions.ts'
import { phaseOf, type Actor, type ProjectState } from '../../policy/case/case.ts'
import { eventTypes, type EventType, type ProjectEvent } from '../../policy/case/events.ts'
import { createProcess, file, passTime, step, type Process } from '../../policy/case/lifecycle.ts'
import { Edition, type Stage } from '../../policy/edition/edition.ts'
import { findEditionFaults } from '../../policy/edition/edition-faults.ts'
import { stageAt } from '../../policy/stages/index.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import { timeEventAt } from '../../policy/time/deadlines.ts'
import { shownSupervision } from '../../policy/stages/supervision/shown.ts'
import { aMarket, anEnterprise, cn, treeMarket } from '../fixtures.ts'
import { deedOf } from './given.ts'

/** Some editions are accepted as they are drawn; the others must be refused with a reason. */
type Draft = { stages: unknown[]; ends: unknown[] }

const provenance = { article: 'song 1', source: 'default' } as const
const days = { days: 3, unit: 'calendarDays', ...provenance } as const
const outcomes = ['certified', 'completed', 'rejected', 'withdrawn', 'revoked'] as const
const ends = outcomes.map((outcome) => ({
  id: `${outcome}End`,
  outcome,
  zh: outcome,
  en: outcome,
  ...provenance,
}))
const names = ['s0', 's1', 's2', 's3', 's4']
const places = [
  'next',
  'next',
  'next',
  'sender',
  'stay',
  ...names,
  'certifiedEnd',
  'completedEnd',
  'rejectedEnd',
]

const place = fc.constantFrom(...places)
const condition = 'application.totalInvestment >= yuan("5.00")'
const route = fc.oneof(
  { weight: 4, arbitrary: place },
  { weight: 1, arbitrary: fc.tuple(place, place).map(([a, b]) => [{ to: a, when: condition }, { to: b }]) },
)
const back = fc.constantFrom('sender', ...names)

const grade = (id: string, to: unknown) => ({ id, zh: id, en: id, to })

/** A stage of any kind, with routes to anywhere. */
const stage = fc
  .record({
    kind: fc.constantFrom(
      ...(['filing', 'selfAssessment', 'review', 'review', 'jointReview', 'publicNotice'] as const),
      ...(['report', 'correction', 'supervision'] as const),
    ),
    routes: fc.tuple(route, route),
    back,
    withdrawable: fc.boolean(),
  })
  .map(({ kind, routes: [first, second], back: to, withdrawable }) => {
    const common = { kind, zh: kind, en: kind, ...provenance, withdrawable }
    const [child, officers] = [{ by: ['child'] }, { by: ['neighbour'] }]
    switch (kind) {
      case 'filing':
        return { ...common, ...child, answers: { submit: first } }
      case 'selfAssessment':
        return { ...common, ...child, answers: { completeAssessment: first } }
      case 'review':
        return { ...common, ...officers, answers: { approve: first, return: to }, deadline: days }
      case 'jointReview':
        return {
          ...common,
          by: ['fireWatch', 'noiseWatch'],
          passes: 'all',
          answers: { approve: first, return: to },
        }
      case 'publicNotice':
        return {
          ...common,
          ...officers,
          period: { ...days, firstDay: 'counts' },
          anonymous: true,
          answers: { undisturbed: first, objection: to },
        }
      case 'report': {
        const commissionedBy = { roles: ['neighbour', 'elder'], jointly: true }
        return {
          ...common,
          by: ['woodpecker'],
          commissionedBy,
          grades: [grade('pass', first), grade('fail', second)],
        }
      }
      case 'correction':
        return { ...common, ...child, answers: { resubmit: first } }
      case 'supervision': {
        const { withdrawable: _withdrawable, ...rest } = common
        return {
          ...rest,
          ...child,
          officers: ['neighbour'],
          completion: provenance,
          answers: { complete: first },
        }
      }
    }
  })

const draft: fc.Arbitrary<Draft> = fc
  .array(stage, { minLength: 2, maxLength: names.length })
  .map((stages) => ({
    stages: stages.map((each, at) => ({ id: names[at], ...each })),
    ends,
  }))

/** The edition, and what is wrong with it; ends that nothing leads to are left out first, so that more are accepted. */
function read({ stages, ends: all }: Draft): { edition: Edition | undefined; faults: { en: string }[] } {
  const base = { ...treeMarket.edition, certificate: { prefix: 'RANDOM' }, stages }
  const parsed = Edition.safeParse({ ...base, ends: all })
  if (!parsed.success)
    return { edition: undefined, faults: parsed.error.issues.map(({ message }) => ({ en: message })) }
  const faults = findEditionFaults(parsed.data)
  const lost = faults.filter(({ path }) => path[0] === 'ends').map(({ path }) => path[1])
  const kept = parsed.data.ends.filter((_, at) => !lost.includes(at))
  if (lost.length === 0 || kept.length === 0) return { edition: parsed.data, faults }
  const fewer = { ...parsed.data, ends: kept }
  return { edition: fewer, faults: findEditionFaults(fewer) }
}

type Place = { state: ProjectState; now: number }
type Graph = { places: Map<string, Place>; ways: Map<string, Set<string>>; stuck: string[] }

/** Everything that can become of a case under an edition, told apart by what its rules ask. */
function explore(process: Process): Graph {
  const graph: Graph = { places: new Map(), ways: new Map(), stuck: [] }
  const start = endOfDay('2026-06-01')
  const by = { user: 'filer', role: 'child', uscc: anEnterprise().uscc }
  const queue = [aMarket(), aMarket({ totalInvestment: '9.00' })].map((application) => ({
    state: file(process, { application, enterprise: anEnterprise(), by }, start).state,
    now: start,
  }))
  for (const from of queue) {
    if (graph.places.has(keyOf(from.state))) continue
    graph.places.set(keyOf(from.state), from)
    const next = from.state.done ? [] : [...byPeople(process, from), ...byTime(process, from)]
    graph.ways.set(keyOf(from.state), new Set(next.map(({ state }) => keyOf(state))))
    if (next.length === 0 && !from.state.done) graph.stuck.push(keyOf(from.state))
    queue.push(...next)
  }
  return graph
}

function keyOf(state: ProjectState): string {
  const { value, case: kept } = state
  const { sender, votes, commissions, application } = kept
  const shown = shownSupervision(state)
  const late = shown && [shown.overdue, shown.explained]
  return JSON.stringify([value, sender, votes, commissions, application.totalInvestment, late])
}

/** In each phase other people than before, so that four eyes stop nobody. */
function castOf({ edition }: Process, { value, case: kept }: ProjectState): Actor[] {
  const { district, uscc } = kept.application
  return edition.roles.map(({ id: role, scope }) => ({
    user: scope === 'assigned' ? 'peck' : scope === 'own' ? 'filer' : `${role} in ${phaseOf(value)}`,
    role,
    ...(scope === 'district' && { district }),
    ...(scope === 'own' && { uscc }),
  }))
}

function byPeople(process: Process, { state, now }: Place): Place[] {
  return castOf(process, state).flatMap((actor) =>
    eventTypes
      .filter((type) => type !== 'annotate' && type !== 'urge' && type !== 'amend')
      .flatMap((type) => eventsOf(process.edition, state, type))
      .filter((event) => !findRefusal(process, state, event, actor, now))
      .map((event) => {
        const meant = { ...event, ...partMeant(process, state, event, actor, now), by: actor }
        return { state: step(process, state, meant, now).state, now }
      }),
  )
}

function eventsOf(edition: Edition, state: ProjectState, type: EventType): ProjectEvent[] {
  const at: Stage | undefined = stageAt(edition, state.value)
  if (type === 'commission') return [{ type, assignee: 'peck' }]
  if (type === 'deliverReport')
    return at && 'grades' in at ? at.grades.map(({ id }) => ({ type, grade: id, findings: 'sound' })) : []
  return [deedOf(type, state.case.application)]
}

function byTime(process: Process, { state, now }: Place): Place[] {
  const next = Math.min(...state.deadlines.map(timeEventAt))
  if (next === Infinity) return []
  const at = Math.max(now, next)
  return [{ state: passTime(process, state, at).at(-1)?.state ?? state, now: at }]
}

describe('an edition of any stages with any routes', () => {
  it('is refused with a reason, or every stage and end is reached, every case can end, and somebody can act', () => {
    const seen = { accepted: 0, refused: 0, kinds: new Set<string>() }
    fc.assert(
      fc.property(draft, (drawn) => {
        const { edition, faults } = read(drawn)
        if (!edition || faults.length > 0) {
          seen.refused += 1
          expect(faults.map(({ en }) => en.length > 0)).not.toContain(false)
          return
        }
        seen.accepted += 1
        for (const { kind } of edition.stages) seen.kinds.add(kind)
        const { places: found, ways, stuck } = explore(createProcess(edition, cn))
        expect(stuck).toEqual([])
        const phases = new Set([...found.values()].map(({ state }) => phaseOf(state.value)))
        expect(
          [...edition.stages, ...edition.ends].map(({ id }) => id).filter((id) => !phases.has(id)),
        ).toEqual([])
        const leading = new Set([...found].filter(([, { state }]) => state.done).map(([key]) => key))
        for (let grows = true; grows;) {
          const more = [...ways].filter(
            ([from, to]) => !leading.has(from) && [...to].some((key) => leading.has(key)),
          )
          for (const [from] of more) leading.add(from)
          grows = more.length > 0
        }
        expect([...found.keys()].filter((key) => !leading.has(key))).toEqual([])
      }),
      { numRuns: 1000, seed: 20211221 },
    )
    expect(seen.refused).toBeGreaterThan(100)
    expect(seen.accepted).toBeGreaterThan(10)
    expect([...seen.kinds].toSorted()).toEqual([
      'correction',
      'filing',
      'jointReview',
      'publicNotice',
      'report',
      'review',
      'selfAssessment',
      'supervision',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { actionsFor, eventTypes } from '../../policy/actions.ts'
import { factsOf, phaseOf, type CaseEvent, type ProjectState } from '../../policy/case.ts'
import { nextWake } from '../../policy/deadlines.ts'
import { applicableReviews } from '../../policy/eligibility.ts'
import type { EventType } from '../../policy/events.ts'
import { isPossible, step, type Process } from '../../policy/lifecycle.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  castle,
  chongqing,
  large,
  people,
  treeHouse,
  woodPeople,
} from '../fixtures.ts'
import { deedOf } from './given.ts'
import { simpleWays, type Forms, type Way } from './walk.ts'

const editions: [string, Process, Forms][] = [
  ['chongqing-2021', chongqing, { small: anApplication(), large: anApplication(large) }],
  ['tree-house', treeHouse, { hut: aWish(), castle: aWish(castle) }],
]

function endOf({ states }: Way): ProjectState {
  const last = states.at(-1)
  if (!last) throw new Error('a way has an end')
  return last
}

describe.each(editions)('every way through %s', (id, process, forms) => {
  const { edition } = process
  const ways = simpleWays(process, anEnterprise(), forms)
  const outcomeOf = (way: Way) => edition.ends.find((end) => end.id === phaseOf(endOf(way).value))?.outcome

  it('is known', async () => {
    const lines = ways.map((way) => `${way.deeds.join(', ')} => ${phaseOf(endOf(way).value)}`)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`./ways/${id}.txt`)
  })

  it('reaches every stage and every end', () => {
    const phases = new Set(ways.flatMap(({ states }) => states.map(({ value }) => phaseOf(value))))
    expect(phases).toEqual(new Set([...edition.stages, ...edition.ends].map((each) => each.id)))
  })

  it('ends as its last event says, and only a certified one has a certificate', () => {
    const outcomes = { approve: 'certified', reject: 'rejected', withdraw: 'withdrawn', lapse: 'withdrawn' }
    for (const way of ways) {
      const outcome = Object.entries(outcomes).find(([event]) => event === way.deeds.at(-1))?.[1]
      expect([way.deeds, outcomeOf(way)]).toEqual([way.deeds, outcome])
      expect(way.effects).toEqual(outcome === 'certified' ? ['issueCertificate'] : [])
    }
  })

  it('counts every event: the revision grows by one', () => {
    for (const { states } of ways) {
      expect(states.map(({ revision }) => revision)).toEqual(states.map((_, at) => at + 1))
    }
  })

  it('is certified only with an approval of each review of the application as it stands', () => {
    const certified = ways.filter((way) => outcomeOf(way) === 'certified')
    for (const way of certified) {
      const kept = endOf(way).case
      const needed = applicableReviews(edition, factsOf(kept)).map((review) => review.id)
      expect([way.deeds, kept.approvals.toSorted()]).toEqual([way.deeds, needed.toSorted()])
    }
    const needed = certified.map((way) => applicableReviews(edition, factsOf(endOf(way).case)).length)
    expect(new Set(needed).size).toBe(2)
  })

  it('forgets the approvals of an earlier form of the application', () => {
    const corrections = ways.flatMap(({ deeds, states }) =>
      states.filter((_, at) => deeds[at]?.startsWith('resubmit')),
    )
    expect(corrections.length).toBeGreaterThan(0)
    for (const state of corrections) expect(state.case.approvals).toEqual([])
  })

  it('is over at an end: nothing is allowed, nobody may act, nothing is due', () => {
    for (const way of ways) {
      const state = endOf(way)
      const by = { user: 'anyone', role: '' }
      const events = eventTypes.map((type) => ({ ...deedOf(type, state.case.application), by }))
      expect(events.filter((event) => isPossible(process, state, event))).toEqual([])
      expect(isPossible(process, state, { type: 'lapse' })).toBe(false)
      const everyone = [...Object.values(people), ...Object.values(woodPeople)]
      expect(everyone.flatMap((actor) => actionsFor(process, state, actor))).toEqual([])
      expect([state.deadlines, nextWake(state)]).toEqual([[], Infinity])
      for (const event of events) expect(() => step(process, state, event, 0)).toThrow('no arrow')
    }
  })

  it('takes an event if and only if the state has an arrow for it', () => {
    for (const state of ways.flatMap(({ states }) => states)) {
      const deed = (type: EventType) => ({
        ...deedOf(type, state.case.application),
        by: { user: 'anyone', role: '' },
      })
      const possible = eventTypes.filter((type) => isPossible(process, state, deed(type)))
      expect(eventTypes.filter((type) => takes(process, state, deed(type)))).toEqual(possible)
    }
  })
})

function takes(process: Process, state: ProjectState, event: CaseEvent): boolean {
  try {
    return step(process, state, event, 0).state.revision === state.revision + 1
  } catch {
    return false
  }
}

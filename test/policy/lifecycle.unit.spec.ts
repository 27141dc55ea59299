import { describe, expect, it } from 'vitest'
import { actionsFor } from '../../policy/case/actions.ts'
import { phaseOf, type CaseEvent, type ProjectState } from '../../policy/case/case.ts'
import { applicableReviews } from '../../policy/edition/eligibility.ts'
import { eventTypes, type EventType } from '../../policy/case/events.ts'
import { isPossible, passTime, step, type Process } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { factsOf } from '../../policy/case/remember.ts'
import { nextWake } from '../../policy/notices/reminders.ts'
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
import { simpleWays, supervisedWays, walkingTime, type Forms, type Way } from './walk.ts'

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
  const now = walkingTime(forms)
  const reviewed = simpleWays(process, anEnterprise(), forms)
  const supervised = supervisedWays(process, anEnterprise(), forms)
  const ways = [...reviewed, ...supervised]
  const outcomeOf = (way: Way) => project(edition, endOf(way)).outcome

  it.each([
    ['to the certificate', id, reviewed],
    ['from there', `${id}.supervised`, supervised],
  ])('is known, %s', async (_, name, known) => {
    const lines = known.map((way) => `${way.deeds.join(', ')} => ${phaseOf(endOf(way).value)}`)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`./ways/${name}.txt`)
  })

  it('reaches every stage and every end', () => {
    const phases = new Set(ways.flatMap(({ states }) => states.map(({ value }) => phaseOf(value))))
    expect(phases).toEqual(new Set([...edition.stages, ...edition.ends].map((each) => each.id)))
  })

  it('ends as its last event says, and what is done to the certificate follows', () => {
    const expected = new Map<string, [outcome: string, effects: string[]]>([
      ['approve', ['certified', ['issueCertificate']]],
      ['reject', ['rejected', []]],
      ['withdraw', ['withdrawn', []]],
      ['lapse', ['withdrawn', []]],
      ['complete', ['completed', ['completeCertificate']]],
      ['revoke', ['revoked', ['revokeCertificate']]],
      ['grantExtension', ['certified', []]],
    ])
    for (const way of ways) {
      const found = [way.deeds, outcomeOf(way), way.effects]
      expect(found).toEqual([way.deeds, ...(expected.get(way.deeds.at(-1) ?? '') ?? [])])
    }
  })

  it('revokes nothing that the holder did not ask for or was not heard about', () => {
    const revoked = supervised.filter((way) => outcomeOf(way) === 'revoked')
    expect(revoked.length).toBeGreaterThan(10)
    for (const { deeds } of revoked) {
      const asked = deeds.findLastIndex((deed) => deed.startsWith('requestRevocation'))
      const hearing = deeds[asked] === 'requestRevocation by filer' ? 'claim' : /^(respond|lapse)$/
      expect([deeds, deeds[asked + 1]]).toEqual([deeds, expect.stringMatching(hearing)])
    }
  })

  it('counts every event: the revision grows by one', () => {
    for (const { states } of ways) {
      const first = states[0]?.revision ?? 0
      expect(states.map(({ revision }) => revision)).toEqual(states.map((_, at) => first + at))
    }
  })

  it('is certified only with an approval of each review of the application as it stands', () => {
    const certified = reviewed.filter((way) => outcomeOf(way) === 'certified')
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
    for (const state of ways.map(endOf).filter(({ done }) => done)) {
      const by = { user: 'anyone', role: '' }
      const events = eventTypes.map((type) => ({ ...deedOf(type, state.case.application), by }))
      expect(events.filter((event) => isPossible(process, state, event))).toEqual([])
      expect(isPossible(process, state, { type: 'lapse', task: '', period: null })).toBe(false)
      expect(passTime(process, state, Date.UTC(2100, 0, 1))).toEqual([])
      const everyone = [...Object.values(people), ...Object.values(woodPeople)]
      expect(everyone.flatMap((actor) => actionsFor(process, state, actor, now))).toEqual([])
      expect([state.deadlines, state.tasks, nextWake(process, state)]).toEqual([[], [], Infinity])
      for (const event of events) expect(() => step(process, state, event, now)).toThrow('no arrow')
    }
  })

  it('takes an event if and only if the state has an arrow for it', () => {
    for (const state of ways.flatMap(({ states }) => states)) {
      const deed = (type: EventType) => ({
        ...deedOf(type, state.case.application),
        by: { user: 'anyone', role: '' },
      })
      const possible = eventTypes.filter((type) => isPossible(process, state, deed(type)))
      expect(eventTypes.filter((type) => takes(process, state, deed(type), now))).toEqual(possible)
    }
  })
})

function takes(process: Process, state: ProjectState, event: CaseEvent, now: number): boolean {
  try {
    return step(process, state, event, now).state.revision === state.revision + 1
  } catch {
    return false
  }
}

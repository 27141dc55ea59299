import { describe, expect, it } from 'vitest'
import { actionsFor } from '../../policy/case/actions.ts'
import { phaseOf, type CaseEvent, type ProjectState } from '../../policy/case/case.ts'
import { applicableReviews } from '../../policy/edition/eligibility.ts'
import { eventRows, eventTypes, type EntryType, type EventType } from '../../policy/case/events.ts'
import { possibleIn, passTime, step, type Process } from '../../policy/case/lifecycle.ts'
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
import { approvalsOf } from './approvals.ts'
import { deedOf } from './given.ts'
import { simplePaths, supervisedPaths, walkingTime, type Forms, type WalkedPath } from './walk.ts'

const editions: [string, Process, Forms][] = [
  ['chongqing-2021', chongqing, { small: anApplication(), large: anApplication(large) }],
  ['tree-house', treeHouse, { hut: aWish(), castle: aWish(castle) }],
]

function endOf({ states }: WalkedPath): ProjectState {
  const last = states.at(-1)
  if (!last) throw new Error('a path has an end')
  return last
}

describe.each(editions)('every path through %s', (id, process, forms) => {
  const { edition } = process
  const now = walkingTime(forms)
  const reviewed = simplePaths(process, anEnterprise(), forms)
  const supervised = supervisedPaths(process, anEnterprise(), forms)
  const paths = [...reviewed, ...supervised]
  const outcomeOf = (path: WalkedPath) => project(edition, endOf(path)).outcome
  const approved = ({ events, states }: WalkedPath, until = events.length - 1) =>
    approvalsOf(
      edition,
      states.slice(0, until + 1).map(({ value: to }, at) => {
        const type = events[at]?.split(' ')[0] as EntryType
        return { type, from: states[at - 1]?.value ?? null, to }
      }),
    )

  it.each([
    ['to the certificate', id, reviewed],
    ['from there', `${id}.supervised`, supervised],
  ])('is known, %s', async (_, name, known) => {
    const lines = known.map((path) => `${path.events.join(', ')} => ${phaseOf(endOf(path).value)}`)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`./paths/${name}.txt`)
  })

  it('reaches every stage and every end', () => {
    const phases = new Set(paths.flatMap(({ states }) => states.map(({ value }) => phaseOf(value))))
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
    for (const path of paths) {
      const found = [path.events, outcomeOf(path), path.effects]
      expect(found).toEqual([path.events, ...(expected.get(path.events.at(-1) ?? '') ?? [])])
    }
  })

  it('revokes nothing that the holder did not ask for or was not heard about', () => {
    const revoked = supervised.filter((path) => outcomeOf(path) === 'revoked')
    expect(revoked.length).toBeGreaterThan(10)
    for (const { events } of revoked) {
      const asked = events.findLastIndex((deed) => deed.startsWith('requestRevocation'))
      const hearing = events[asked] === 'requestRevocation by filer' ? 'claim' : /^(respond|lapse)$/
      expect([events, events[asked + 1]]).toEqual([events, expect.stringMatching(hearing)])
    }
  })

  it('counts every event: the revision grows by one', () => {
    for (const { states } of paths) {
      const first = states[0]?.revision ?? 0
      expect(states.map(({ revision }) => revision)).toEqual(states.map((_, at) => first + at))
    }
  })

  it('is certified only with an approval of each review of the application as it stands', () => {
    const certified = reviewed.filter((path) => outcomeOf(path) === 'certified')
    for (const path of certified) {
      const kept = endOf(path).case
      const needed = applicableReviews(edition, factsOf(kept)).map((review) => review.id)
      expect([path.events, approved(path).toSorted()]).toEqual([path.events, needed.toSorted()])
    }
    const needed = certified.map((path) => applicableReviews(edition, factsOf(endOf(path).case)).length)
    expect(new Set(needed).size).toBe(2)
  })

  it('forgets the approvals of an earlier form of the application', () => {
    const corrections = paths.flatMap((path) =>
      path.events.flatMap((event, at) => (event.startsWith('resubmit') ? [approved(path, at)] : [])),
    )
    expect(corrections.length).toBeGreaterThan(0)
    for (const approvals of corrections) expect(approvals).toEqual([])
  })

  it('is over at an end: nobody may do anything but make a note, nothing is due', () => {
    for (const state of paths.map(endOf).filter(({ done }) => done)) {
      const by = { user: 'anyone', role: '' }
      const events = eventTypes.map((type) => ({ ...deedOf(type, state.case.application), by }))
      expect(events.filter(possibleIn(process, state))).toEqual([])
      expect(possibleIn(process, state)({ type: 'lapse', task: '', part: null })).toBe(false)
      expect(passTime(process, state, Date.UTC(2100, 0, 1))).toEqual([])
      const everyone = [...Object.values(people), ...Object.values(woodPeople)]
      const actions = new Set(everyone.flatMap((actor) => actionsFor(process, state, actor, now)))
      expect(actions).toEqual(new Set(['annotate']))
      expect([state.deadlines, state.tasks, nextWake(process, state)]).toEqual([[], [], Infinity])
      for (const event of events.filter(({ type }) => type !== 'annotate'))
        expect(() => step(process, state, event, now)).toThrow('no arrow')
    }
  })

  it('takes an event if and only if the state has an arrow for it', () => {
    for (const state of new Set(paths.flatMap(({ states }) => states))) {
      const event = (type: EventType) => ({
        ...deedOf(type, state.case.application),
        by: { user: 'anyone', role: '' },
      })
      const hasArrow = possibleIn(process, state)
      const possible = eventTypes.filter((type) => eventRows[type].changesNothing || hasArrow(event(type)))
      expect(eventTypes.filter((type) => takes(process, state, event(type), now))).toEqual(possible)
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

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actionsFor, eventTypes, findRefusal } from '../../policy/actions.ts'
import { factsOf, type Actor, type ProjectState } from '../../policy/case.ts'
import { dueEvent } from '../../policy/deadlines.ts'
import { applicableReviews } from '../../policy/eligibility.ts'
import type { EventType } from '../../policy/events.ts'
import { file, step, type Process, type Step } from '../../policy/lifecycle.ts'
import { aWish, anApplication, anEnterprise, castle, chongqing, large, treeHouse } from '../fixtures.ts'
import { deedOf } from './given.ts'
import type { Forms } from './walk.ts'

const dayMs = 86_400_000
const start = Date.UTC(2021, 2, 1)
const uscc = '91500112MA5ABCD195'

const editions: [string, Process, Forms, string][] = [
  ['chongqing-2021', chongqing, { small: anApplication(), large: anApplication(large) }, '渝北区'],
  ['tree-house', treeHouse, { hut: aWish(), castle: aWish(castle) }, 'Oak'],
]

/** Eight people, each in any role: whoever wants to decide their own case can try. */
function cast({ edition }: Process, district: string): Actor[] {
  const roles = [...edition.roles.map(({ id }) => id), 'auditor', 'mayor']
  return [...'abcdefgh'].flatMap((user) => roles.map((role) => ({ user, role, district, uscc })))
}

type Move = { actor: number; want: number; form: number; obey: boolean; days: number }

const moves = fc.array(
  fc.record({
    actor: fc.nat(1000),
    want: fc.nat(1000),
    form: fc.nat(1),
    obey: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    days: fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(90) }),
  }),
  { minLength: 10, maxLength: 80 },
)

/** Plays moves through the doors that the system uses, and checks that what is refused changes nothing. */
function play(process: Process, forms: Forms, district: string, list: Move[]): Step[] {
  const all = cast(process, district)
  const variants = Object.values(forms)
  const first = variants[list.length % variants.length] ?? anApplication()
  const by = { user: 'a', role: process.edition.roles[0]?.id ?? '', uscc }
  const steps = [file(process, { application: first, enterprise: anEnterprise(), by }, start)]
  let now = start
  for (const move of list) {
    now += move.days * dayMs
    let state = lastOf(steps)
    for (let due = dueEvent(state, now); due; due = dueEvent(state, now)) {
      steps.push(step(process, state, due, now))
      state = lastOf(steps)
    }
    const { actor, type } = choose(process, state, all, move)
    const event = deedOf(type, variants[move.form] ?? first)
    const before = JSON.stringify(state)
    const refusal = findRefusal(process, state, event, actor)
    expect(JSON.stringify(state)).toBe(before)
    if (!refusal) steps.push(step(process, state, { ...event, by: actor }, now))
    expect(JSON.stringify(state)).toBe(before)
  }
  return steps
}

const detours = new Set<EventType>(['withdraw', 'release', 'reject'])

/** Someone with something: mostly something that they may do and that leads on, so that cases get somewhere. */
function choose(
  process: Process,
  state: ProjectState,
  all: Actor[],
  move: Move,
): { actor: Actor; type: EventType } {
  const from = move.actor % all.length
  for (const actor of move.obey ? [...all.slice(from), ...all.slice(0, from)] : []) {
    const types = actionsFor(process, state, actor)
    const onwards = types.filter((type) => !detours.has(type))
    const type = move.want % 8 === 0 ? types.at(-1) : onwards[move.want % Math.max(onwards.length, 1)]
    if (type) return { actor, type }
  }
  return {
    actor: all[from] ?? { user: 'a', role: '' },
    type: eventTypes[move.want % eventTypes.length] ?? 'claim',
  }
}

function lastOf(steps: Step[]): ProjectState {
  const last = steps.at(-1)
  if (!last) throw new Error('a walk begins with a filing')
  return last.state
}

/** The last word of each stage on the application as it stands, read off the history alone. */
function lastWords({ edition }: Process, steps: Step[]): Map<string, { type: string; user: string }> {
  const words = new Map<string, { type: string; user: string }>()
  for (const { entry } of steps) {
    const stage = Object.keys(typeof entry.from === 'object' && entry.from ? entry.from : {})[0] ?? ''
    if (entry.type === 'resubmit') words.clear()
    if (!entry.by || !['approve', 'return', 'reject'].includes(entry.type)) continue
    words.set(stage, { type: entry.type, user: entry.by.user })
    const target = edition.stages.findIndex(
      ({ id }) => entry.type === 'return' && id === phaseAfter(entry.to),
    )
    if (target >= 0) for (const { id } of edition.stages.slice(target)) words.delete(id)
  }
  return words
}

function phaseAfter(to: unknown): string {
  return typeof to === 'string' ? to : (Object.keys(to ?? {})[0] ?? '')
}

const filings = new Set(['file', 'completeAssessment', 'submit', 'resubmit'])

describe.each(editions)('whatever people try under %s', (_, process, forms, district) => {
  const endsIn = (state: ProjectState) => process.edition.ends.find(({ id }) => id === state.value)?.outcome

  it('no project is certified without every review it needs, by different people, none of whom filed it', () => {
    let certified = 0
    fc.assert(
      fc.property(moves, (list) => {
        const steps = play(process, forms, district, list)
        const state = lastOf(steps)
        if (endsIn(state) !== 'certified') return
        certified += 1
        const needed = applicableReviews(process.edition, factsOf(state.case)).map(({ id }) => id)
        const words = lastWords(process, steps)
        expect(needed.map((id) => words.get(id)?.type)).toEqual(needed.map(() => 'approve'))
        expect(state.case.approvals.toSorted()).toEqual(needed.toSorted())
        const deciders = needed.map((id) => words.get(id)?.user)
        expect(new Set(deciders).size).toBe(needed.length)
        const filers = new Set(
          steps.filter(({ entry }) => filings.has(entry.type)).map(({ entry }) => entry.by?.user),
        )
        expect(deciders.filter((user) => filers.has(user))).toEqual([])
      }),
      { numRuns: 400 },
    )
    expect(certified).toBeGreaterThan(20)
  })

  it('every event counts once, and only the certificate is issued, once', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const steps = play(process, forms, district, list)
        expect(steps.map(({ entry }) => entry.revision)).toEqual(steps.map((__, at) => at + 1))
        expect(steps.slice(1).map(({ entry }) => entry.from)).toEqual(
          steps.slice(0, -1).map(({ state }) => state.value),
        )
        const certified = endsIn(lastOf(steps)) === 'certified'
        expect(steps.flatMap(({ effects }) => effects)).toEqual(certified ? ['issueCertificate'] : [])
      }),
      { numRuns: 100 },
    )
  })

  it('time approves nothing: it marks what is late, and ends what nobody corrects', () => {
    let passed = 0
    fc.assert(
      fc.property(moves, (list) => {
        const steps = play(process, forms, district, list)
        steps.forEach(({ entry, state, effects }, at) => {
          if (entry.by) return
          passed += 1
          const before = steps[at - 1]?.state
          expect(effects).toEqual([])
          expect(state.case).toEqual(before?.case)
          if (entry.type === 'overdue') expect(entry.to).toEqual(entry.from)
          else expect([entry.type, endsIn(state)]).toEqual(['lapse', 'withdrawn'])
        })
      }),
      { numRuns: 200 },
    )
    expect(passed).toBeGreaterThan(20)
  })
})

import { describe, expect, it } from 'vitest'
import { actionsFor, eventTypes, findRefusal } from '../../policy/actions.ts'
import type { Actor, ProjectState } from '../../policy/case.ts'
import type { EventType } from '../../policy/events.ts'
import type { Process } from '../../policy/lifecycle.ts'
import { mayFile, platformRoles, scopeOf } from '../../policy/permissions.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  castle,
  chongqing,
  large,
  people,
  treeHouse,
} from '../fixtures.ts'
import { deedOf } from './given.ts'
import { reachableStates, type Forms } from './walk.ts'

/** For each state, who may send what, as a person would write it down; `claimant` and `fourEyes` come on top. */
type Table = Record<string, Partial<Record<EventType, readonly string[]>>>

const firm = ['enterprise', 'enterpriseAdmin']
const chongqingTable: Table = {
  assessment: { completeAssessment: firm, withdraw: firm },
  application: { submit: firm, withdraw: firm },
  'districtVerification.unclaimed': { claim: ['district'], withdraw: firm },
  'districtVerification.claimed': {
    release: ['district'],
    approve: ['district'],
    return: ['district'],
    reject: ['district'],
    withdraw: firm,
  },
  correction: { resubmit: firm, withdraw: firm },
  'municipalReview.unclaimed': { claim: ['municipal'], withdraw: firm },
  'municipalReview.claimed': {
    release: ['municipal'],
    approve: ['municipal'],
    return: ['municipal'],
    reject: ['municipal'],
    withdraw: firm,
  },
  certified: {},
  rejected: {},
  withdrawn: {},
}
const treeHouseTable: Table = {
  wish: { submit: ['child'], withdraw: ['child'] },
  'neighbourLook.unclaimed': { claim: ['neighbour'] },
  'neighbourLook.claimed': { release: ['neighbour'], approve: ['neighbour'], return: ['neighbour'] },
  mending: { resubmit: ['child'] },
  'elderWord.unclaimed': { claim: ['elder'], withdraw: ['child'] },
  'elderWord.claimed': {
    release: ['elder'],
    approve: ['elder'],
    return: ['elder'],
    reject: ['elder'],
    withdraw: ['child'],
  },
  nuts: { submit: ['child'], withdraw: ['child'] },
  'squirrelVote.unclaimed': { claim: ['squirrel'] },
  'squirrelVote.claimed': {
    release: ['squirrel'],
    approve: ['squirrel'],
    return: ['squirrel'],
    reject: ['squirrel'],
  },
  built: {},
  felled: {},
  forgotten: {},
}

const editions: [string, Process, Forms, Table, { own: string; elsewhere: string }][] = [
  [
    'chongqing-2021',
    chongqing,
    { small: anApplication(), large: anApplication(large) },
    chongqingTable,
    { own: '渝北区', elsewhere: '江北区' },
  ],
  [
    'tree-house',
    treeHouse,
    { hut: aWish(), castle: aWish(castle) },
    treeHouseTable,
    { own: 'Oak', elsewhere: 'Elm' },
  ],
]

function nameOf({ value }: ProjectState): string {
  if (typeof value === 'string') return value
  return Object.entries(value)
    .map(([stage, inner]) => `${stage}.${typeof inner === 'string' ? inner : ''}`)
    .join()
}

/** Everyone who differs: role, district, enterprise, and what they had to do with the case. */
function everyone(
  { edition }: Process,
  state: ProjectState,
  district: { own: string; elsewhere: string },
): Actor[] {
  const { filers, claimedBy, decisions } = state.case
  const users = [
    ...new Set([
      'nobody',
      ...filers,
      ...decisions.map(({ user }) => user),
      ...(claimedBy ? [claimedBy] : []),
    ]),
  ]
  const roles = [...edition.roles.map(({ id }) => id), ...platformRoles, 'mayor']
  const places = [{ district: district.own }, { district: district.elsewhere }, {}]
  const firms = [{ uscc: state.case.application.uscc }, { uscc: '91500105MA5TEUT05A' }, {}]
  return users.flatMap((user) =>
    roles.flatMap((role) => places.flatMap((place) => firms.map((of) => ({ user, role, ...place, ...of })))),
  )
}

function sees({ edition }: Process, { case: { application } }: ProjectState, actor: Actor): boolean {
  const scope = edition.roles.find(({ id }) => id === actor.role)?.scope
  if (scope === 'district') return actor.district === application.district
  if (scope === 'own') return actor.uscc === application.uscc
  return scope === 'all' || actor.role === 'auditor' || actor.role === 'administrator'
}

function expected(table: Table, state: ProjectState, actor: Actor): EventType[] {
  const row = table[nameOf(state)] ?? {}
  const stage = nameOf(state).split('.')[0]
  const { filers, decisions, claimedBy } = state.case
  const hasDecided = decisions.some((each) => each.user === actor.user && each.stage !== stage)
  const involved = hasDecided || filers.includes(actor.user)
  return eventTypes.filter((type) => {
    if (!row[type]?.includes(actor.role)) return false
    if (['completeAssessment', 'submit', 'resubmit'].includes(type)) return !hasDecided
    if (type === 'claim') return !involved
    return ['approve', 'return', 'reject'].includes(type) ? !involved && claimedBy === actor.user : true
  })
}

const deed = (state: ProjectState, type: EventType) => deedOf(type, state.case.application)

describe.each(editions)('who may do what under %s', (_, process, forms, table, district) => {
  const states = reachableStates(process, anEnterprise(), forms)
  const cases = states.flatMap((state) =>
    everyone(process, state, district).map((actor) => ({ state, actor })),
  )

  it('is written down for every state that can be reached', () => {
    expect([...new Set(states.map(nameOf))].toSorted()).toEqual(Object.keys(table).toSorted())
  })

  it('follows the table: role, own enterprise or district, two pairs of eyes, the officer who has it in hand', () => {
    for (const { state, actor } of cases) {
      const allowed = sees(process, state, actor) ? expected(table, state, actor) : []
      expect([nameOf(state), actor, actionsFor(process, state, actor)]).toEqual([
        nameOf(state),
        actor,
        allowed,
      ])
    }
  })

  it('is accepted if and only if it is offered', () => {
    for (const { state, actor } of cases) {
      const accepted = eventTypes.filter((type) => !findRefusal(process, state, deed(state, type), actor))
      expect([nameOf(state), actor, accepted]).toEqual([
        nameOf(state),
        actor,
        actionsFor(process, state, actor),
      ])
    }
  })

  it('is not for those who may not see it: for them there is no such case, in any state', () => {
    const strangers = cases.filter(({ state, actor }) => !sees(process, state, actor))
    expect(strangers.some(({ actor }) => actor.district === district.elsewhere)).toBe(true)
    for (const { state, actor } of strangers) {
      const codes = eventTypes.map((type) => findRefusal(process, state, deed(state, type), actor))
      expect(codes).toEqual(eventTypes.map(() => ({ code: 'not-found' })))
    }
  })

  it('is refused with what is allowed instead, where the state does not allow it', () => {
    for (const { state, actor } of cases.filter(({ state: where, actor: who }) =>
      sees(process, where, who),
    )) {
      const row = table[nameOf(state)] ?? {}
      for (const type of eventTypes.filter((each) => !row[each])) {
        const phase = nameOf(state).split('.')[0]
        const allowed = expected(table, state, actor)
        expect(findRefusal(process, state, deed(state, type), actor)).toEqual({
          code: 'event-not-allowed',
          allowed,
          phase,
        })
      }
    }
  })

  it('is nothing for the platform: it sees every case and decides none', () => {
    const platform = cases.filter(({ actor }) => platformRoles.some((role) => role === actor.role))
    expect(platform.flatMap(({ state, actor }) => actionsFor(process, state, actor))).toEqual([])
    expect(
      platform.filter(
        ({ state, actor }) => findRefusal(process, state, { type: 'claim' }, actor)?.code === 'not-found',
      ),
    ).toEqual([])
  })
})

describe('the scope of a role', () => {
  it.each([
    ['enterprise', 'own'],
    ['enterpriseAdmin', 'own'],
    ['district', 'district'],
    ['municipal', 'all'],
    ['auditor', 'all'],
    ['administrator', 'all'],
    ['neighbour', null],
    ['', null],
  ])('%j sees %s', (role, scope) => {
    expect(scopeOf(chongqing.edition, { role })).toBe(scope)
  })

  it.each([
    [people.clerk, true],
    [people.colleague, true],
    [{ user: 'x', role: 'enterprise' }, false],
    [{ ...people.verifier, uscc: '91500112MA5ABCD195' }, false],
    [people.auditor, false],
    [people.administrator, false],
  ])('%j files: %s', (actor, files) => {
    expect(mayFile(chongqing.edition, actor)).toBe(files)
  })
})

import { describe, expect, it } from 'vitest'
import type { StateValue } from 'xstate'
import { actionsFor, findRefusal } from '../../policy/case/actions.ts'
import { phaseOf, type Actor, type ProjectState } from '../../policy/case/case.ts'
import { eventTypes, type EventType } from '../../policy/case/events.ts'
import type { Process } from '../../policy/case/lifecycle.ts'
import { platformRoles, scopeOf } from '../../policy/access/scope.ts'
import {
  aSwing,
  aWish,
  anApplication,
  anEnterprise,
  castle,
  chongqing,
  large,
  treeHouse,
  treeSwing,
} from '../fixtures.ts'
import { deedOf, formOf } from './given.ts'
import { chongqingTable, treeHouseTable, treeSwingTable, type Table } from './permission-tables.ts'
import { officer, reachableStates, walkingTime, type Forms } from './walk.ts'
import { holderOf } from './approvals.ts'

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
  ['tree-swing', treeSwing, { swing: aSwing() }, treeSwingTable, { own: 'Oak', elsewhere: 'Elm' }],
]

/** A state as the table names it: `certified.extensionDecision.claimed/late`; `extended`, where time was taken already. */
function nameOf({ value, case: { extended, supervision } }: ProjectState): string {
  const phase = phaseOf(value)
  const isOfOfficer = supervision?.request?.by === officer
  const more = [
    ...(extended?.includes(phase) ? ['extended'] : []),
    ...(isOfOfficer ? [`asked by ${officer}`] : []),
  ]
  return [nameOfValue(value), ...more].join(', ')
}

function nameOfValue(value: StateValue | undefined): string {
  if (typeof value !== 'object') return value ?? ''
  if ('reporting' in value) return Object.values(value).map(nameOfValue).join('/')
  return Object.entries(value)
    .map(([name, inner]) => `${name}.${nameOfValue(inner)}`)
    .join()
}

/** Everyone who differs: role, district or enterprise as the role counts, and what they had to do with the case. */
function everyone(
  { edition }: Process,
  state: ProjectState,
  district: { own: string; elsewhere: string },
): Actor[] {
  const { filers, decisions, supervision } = state.case
  const claimedBy = holderOf(state.case)
  const users = [
    ...new Set([
      'nobody',
      ...filers,
      ...decisions.map(({ user }) => user),
      claimedBy ?? 'nobody',
      supervision?.request?.by ?? 'nobody',
    ]),
  ]
  const here = { district: district.own, uscc: state.case.application.uscc }
  const places = {
    own: [here, { ...here, uscc: '91500105MA5TEUT05A' }, { district: here.district }],
    district: [here, { ...here, district: district.elsewhere }, { uscc: here.uscc }],
    all: [{}],
    assigned: [{}],
  }
  const roles = [
    ...edition.roles,
    ...[...platformRoles, 'mayor'].map((id) => ({ id, scope: 'all' }) as const),
  ]
  return users.flatMap((user) =>
    roles.flatMap(({ id: role, scope }) => places[scope].map((place) => ({ user, role, ...place }))),
  )
}

function sees({ edition }: Process, { case: { application } }: ProjectState, actor: Actor): boolean {
  const scope = edition.roles.find(({ id }) => id === actor.role)?.scope
  if (scope === 'district') return actor.district === application.district
  if (scope === 'own') return actor.uscc === application.uscc
  return scope === 'all' || actor.role === 'auditor' || actor.role === 'administrator'
}

/** By state and event, the roles in which somebody who sees a case there may do it: the table, as it is carried out. */
function tableOf(process: Process, cases: { state: ProjectState; actor: Actor }[], now: number): Table {
  const roles: Record<string, Partial<Record<EventType, Set<string>>>> = {}
  for (const { state, actor } of cases)
    for (const type of actionsFor(process, state, actor, now))
      ((roles[nameOf(state)] ??= {})[type] ??= new Set()).add(actor.role)
  const rows = Object.entries(roles).map(([name, row]) => {
    const events = Object.entries(row).map(([type, each]) => [type, [...each].toSorted()])
    return [name, Object.fromEntries(events)] as const
  })
  return Object.fromEntries(rows)
}

/** The same, of a table as it is written: what nobody may do is left out. */
function sorted(table: Table): Table {
  const rows = Object.entries(table).map(([name, row]) => {
    const events = Object.entries(row).map(([type, roles]) => [type, roles.toSorted()] as const)
    return [name, Object.fromEntries(events.filter(([, roles]) => roles.length > 0))] as const
  })
  return Object.fromEntries(rows.filter(([, row]) => Object.keys(row).length > 0))
}

const event = (state: ProjectState, type: EventType) => deedOf(type, formOf(state.case))

/** A table with what officers may do everywhere: write a note. */
function withNotes({ edition }: Process, table: Table): Table {
  const officers = edition.roles.filter(({ scope }) => scope === 'district' || scope === 'all')
  const annotate = officers.map(({ id }) => id)
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, { ...row, annotate }]))
}

describe.each(editions)('who may do what under %s', (_, process, forms, written, district) => {
  const table = withNotes(process, written)
  const now = walkingTime(forms)
  const states = reachableStates(process, anEnterprise(), forms)
  const cases = states.flatMap((state) =>
    everyone(process, state, district).map((actor) => ({ state, actor })),
  )

  it('is written down for every state that can be reached', () => {
    expect([...new Set(states.map(nameOf))].toSorted()).toEqual(Object.keys(table).toSorted())
  })

  it('is what the table says, role by role; who of them it is, `who-may` says', () => {
    expect(tableOf(process, cases, now)).toEqual(sorted(table))
  })

  it('is accepted if and only if it is offered', () => {
    for (const { state, actor } of cases) {
      const types = eventTypes.filter((type) => table[nameOf(state)]?.[type])
      const accepted = types.filter((type) => !findRefusal(process, state, event(state, type), actor, now))
      const offered = actionsFor(process, state, actor, now)
      expect([nameOf(state), actor, accepted]).toEqual([nameOf(state), actor, offered])
    }
  })

  it('is not for those who may not see it: for them there is no such case, in any state', () => {
    const strangers = cases.filter(({ state, actor }) => !sees(process, state, actor))
    expect(strangers.some(({ actor }) => actor.district === district.elsewhere)).toBe(true)
    for (const { state, actor } of strangers) {
      const codes = eventTypes.map((type) => findRefusal(process, state, event(state, type), actor, now))
      expect(codes).toEqual(eventTypes.map(() => ({ code: 'not-found' })))
    }
  })

  it('is refused with what is allowed instead, where the state does not allow it', () => {
    const withTheTask = cases.filter(({ state, actor }) => actor.user === (holderOf(state.case) ?? 'nobody'))
    for (const { state, actor } of withTheTask.filter((each) => sees(process, each.state, each.actor))) {
      const row = table[nameOf(state)] ?? {}
      const phase = phaseOf(state.value)
      const allowed = actionsFor(process, state, actor, now)
      const types = eventTypes.filter((each) => !row[each])
      const refusals = types.map((type) => findRefusal(process, state, event(state, type), actor, now))
      expect(refusals).toMatchObject(types.map(() => ({ code: 'event-not-allowed', allowed, phase })))
    }
  })

  it('is nothing for the platform: it sees every case and decides none', () => {
    const platform = cases.filter(({ actor }) => platformRoles.some((role) => role === actor.role))
    expect(platform.flatMap(({ state, actor }) => actionsFor(process, state, actor, now))).toEqual([])
    expect(
      platform.filter(
        ({ state, actor }) =>
          findRefusal(process, state, { type: 'claim' }, actor, now)?.code === 'not-found',
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
})

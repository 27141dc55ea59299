import { describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { dutiesOf } from '../../policy/time/duties.ts'
import { createProcess, file, type Process } from '../../policy/case/lifecycle.ts'
import { phaseOf } from '../../policy/case/phase.ts'
import { authorityAbove } from '../../policy/edition/ranks.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { conflictOf, takeoversOf } from '../../policy/access/takeover.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  castle,
  chongqing,
  cn,
  large,
  people,
  readText,
  treeHouse,
  woodPeople,
  type AProject,
} from '../fixtures.ts'
import { movesOf, reachedBy, type Reached } from './three-people.ts'

const { clerk, verifier, reviewer } = people
const { child, oakNeighbour, elder, squirrel } = woodPeople

const text = readText('test/editions/tree-house.yaml')
/** Two looks by one neighbour, the second without a date. */
const twoLooks = createProcess(
  readEdition(
    text
      .replace('by: [elder]\n    when', 'by: [neighbour]\n    when')
      .replace('officers: [neighbour, elder]', 'officers: [neighbour]'),
  ),
  cn,
)
const wood: Actor[] = [child, oakNeighbour, elder, squirrel]

describe.each<[string, Process, Actor[], AProject]>([
  ['a small project of Chongqing', chongqing, [clerk, verifier, reviewer], anApplication()],
  ['a large one', chongqing, [clerk, verifier, reviewer], anApplication(large)],
  ['a hut', treeHouse, wood, aWish()],
  ['a castle', treeHouse, wood, aWish(castle)],
  ['a castle at which one neighbour looks twice', twoLooks, wood, aWish(castle)],
])('with one person of each role, %s', (_, process, cast, application) => {
  const [applicant = clerk] = cast
  const now = Date.parse(application.startOn) + 4 * 3_600_000
  const { state } = file(process, { application, enterprise: anEnterprise(), by: applicant }, now)
  const reached = reachedBy(process, cast, { state, now })
  const open = reached.filter((place) => !place.state.done)
  const deciding = open.filter(({ state: each }) => decisionIn(process, each) !== undefined)

  it('is brought to every end', () => {
    const done = reached.filter((place) => place.state.done)
    const ends = new Set(done.map((place) => phaseOf(place.state.value)))
    expect(process.edition.ends.filter(({ id }) => !ends.has(id))).toEqual([])
    expect(deciding.length).toBeGreaterThan(20)
  })

  it('always has somebody who can act towards an end, unless everybody of the body and above has decided another stage', () => {
    const still = deciding.filter((place) => officersIn(process, cast, place).length === 0)
    for (const { state: stuck } of still) {
      const stage = process.edition.stages.find(({ id }) => id === phaseOf(stuck.value))
      const duty = decisionIn(process, stuck)
      if (!stage || !duty) throw new Error('nothing is decided')
      const roles = new Set([...duty.roles, ...authorityAbove(process.edition, duty.roles)])
      const parts = cast
        .filter(({ role }) => roles.has(role))
        .map(({ user }) => conflictOf(stuck.case, stage, { user, part: null }))
      expect(parts).toEqual(parts.map(() => 'hasDecided'))
    }
    const applicants = open.filter(({ state: each }) => !decisionIn(process, each))
    for (const place of applicants) expect(movesOf(process, cast, place).length).toBeGreaterThan(0)
  })

  it('always has an officer who can, with one more of those who see everything', () => {
    const more = cast.filter(({ role }) => authorityAbove(process.edition, [role]).length === 0)
    const seconds = more.map((each) => ({ ...each, user: `second ${each.role}` }))
    for (const place of deciding)
      expect([place.state.value, officersIn(process, [...cast, ...seconds], place).length > 0]).toEqual([
        place.state.value,
        true,
      ])
  })

  it('lets nobody decide who filed, asked or decided before, and the holder always report completion', () => {
    for (const place of open) {
      const stage = process.edition.stages.find(({ id }) => id === phaseOf(place.state.value))
      const answers = officersIn(process, cast, place).filter(
        ({ type }) => !['release', 'resume', 'annotate'].includes(type),
      )
      for (const { actor } of answers)
        expect(stage && conflictOf(place.state.case, stage, { user: actor.user, part: null })).toBeUndefined()
      if (stage?.kind === 'supervision')
        expect(movesOf(process, [applicant], place).map(({ type }) => type)).toContain('complete')
    }
  })
})

function decisionIn({ edition }: Process, state: Reached['state']) {
  return dutiesOf(edition, state, []).find(({ decides }) => decides)
}

/** What officers may do towards a decision. */
function officersIn(process: Process, cast: Actor[], place: Reached) {
  const duty = decisionIn(process, place.state)
  const roles = new Set([
    ...(duty?.roles ?? []),
    ...takeoversOf(process.edition, place.state).flatMap(({ by }) => by),
  ])
  return movesOf(process, cast, place).filter(
    ({ actor, type }) => roles.has(actor.role) && type !== 'requestRevocation' && type !== 'withdrawRequest',
  )
}

import { faultsOf } from './broken-edition.ts'
import { describe, expect, it } from 'vitest'
import type { Application } from '../../policy/edition/application.ts'
import type { Actor } from '../../policy/case/case.ts'
import { dutiesOf } from '../../policy/time/duties.ts'
import { createProcess, file, type Process } from '../../policy/case/lifecycle.ts'
import { phaseOf } from '../../policy/case/phase.ts'
import { project } from '../../policy/case/projection.ts'
import { authorityAbove } from '../../policy/edition/ranks.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { partOf, takeoverOf } from '../../policy/access/takeover.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  castle,
  chongqing,
  chongqingText,
  cn,
  large,
  people,
  readText,
  treeHouse,
  woodPeople,
} from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { movesOf, reachedBy, type Reached } from './three-people.ts'

const { clerk, colleague, verifier, secondVerifier, elsewhere, reviewer, secondReviewer } = people
const { child, oakNeighbour, elder, squirrel } = woodPeople

const told = ({ steps }: Journey) =>
  (steps.at(-1)?.notices ?? [])
    .filter(({ kind }) => kind === 'takeover')
    .map(({ task, roles, user, required }) => [task, roles, user, required])
const occasions = ({ steps }: Journey) =>
  steps.flatMap(({ notices }) =>
    notices.filter(({ kind }) => kind === 'takeover').map(({ occasion }) => occasion),
  )
const taskOf = ({ state }: Journey, task: string) =>
  project(chongqing.edition, state).tasks.find((each) => each.task === task)?.roles
const submitted = (overrides: Partial<Application> = {}, process: Process = chongqing) =>
  given(process)
    .filed(clerk, anEnterprise(), anApplication(overrides))
    .when(clerk, 'completeAssessment', 'submit')

describe('a decision that an officer of the district has asked for', () => {
  const asked = certified().on('2021-10-20').when(verifier, 'requestRevocation')
  const heard = asked.when(clerk, 'respond')

  it('may be made by the authority above at once, and by a colleague, never by who asked', () => {
    expect(heard.refusal(verifier, 'claim')).toEqual({ code: 'four-eyes' })
    expect(heard.when(reviewer, 'claim', 'revoke').phase).toBe('revoked')
    expect(heard.when(reviewer, 'claim', 'refuseRevocation').phase).toBe('certified')
    expect(heard.when(secondVerifier, 'claim', 'revoke').phase).toBe('revoked')
    expect(heard.refusal(elsewhere, 'claim')).toEqual({ code: 'not-found' })
  })

  it('may be made so when nobody came to the hearing, too', () => {
    expect(asked.until('2021-11-03').on('2021-11-04').when(reviewer, 'claim', 'revoke').phase).toBe('revoked')
  })

  it('is told to both sides at once, and stands in the inbox of both', () => {
    expect(told(heard)).toEqual([['revocationDecision', ['district', 'municipal'], null, true]])
    expect(taskOf(heard, 'revocationDecision')).toEqual(['district', 'municipal'])
    expect(told(heard.when(reviewer, 'claim'))).toEqual([])
  })

  it('says in the history who acted in whose place, to the applicant too', () => {
    const decided = heard.when(reviewer, 'claim', 'release').when(reviewer, 'claim', 'revoke')
    const places = decided.steps.slice(-4).map(({ entry: { type, payload } }) => [type, payload['inPlaceOf']])
    expect(places).toEqual(['claim', 'release', 'claim', 'revoke'].map((type) => [type, ['district']]))
    const own = heard.when(secondVerifier, 'claim').steps.at(-1)?.entry.payload
    expect(own).toEqual({})
  })

  it('is left to the district where the enterprise has asked', () => {
    const own = certified().on('2021-10-20').when(colleague, 'requestRevocation')
    expect(own.refusal(reviewer, 'claim')).toEqual({ code: 'not-your-role', allowed: ['district'] })
    expect(taskOf(own, 'revocationDecision')).toEqual(['district'])
  })
})

describe("an officers' task that is late", () => {
  it.each<[string, Journey, string, string]>([
    ['a verification', submitted(), 'districtVerification', '2021-03-29'],
    ['a revocation', certified().when(clerk, 'requestRevocation'), 'revocationDecision', '2021-03-15'],
    [
      'an extension',
      certified().on('2021-10-20').when(clerk, 'requestExtension'),
      'extensionDecision',
      '2021-11-03',
    ],
  ])('is open to the authority above from the day after, even in hand: %s', (_, journey, task, dueOn) => {
    const inTime = journey.when(verifier, 'claim').on(dueOn)
    expect(inTime.refusal(reviewer, 'release')?.code).toBe('not-your-role')
    const late = inTime.until(dueOn)
    expect(told(late)).toEqual([[task, ['district', 'municipal'], null, true]])
    expect(taskOf(late, task)).toEqual(['district', 'municipal'])
    const taken = late.on('2021-12-01').when(reviewer, 'release', 'claim')
    expect(taken.state.case.claimedBy).toBe(reviewer.user)
    expect(taken.steps.at(-1)?.entry.payload).toEqual({ inPlaceOf: ['district'] })
  })

  it('is open so while its clock stands still, and again once it is late: each time is told', () => {
    const rain = { type: 'suspend', ground: 'rain', reason: 'it rains' } as const
    const looked = given(treeHouse)
      .filed(child, anEnterprise(), aWish())
      .when(child, 'submit')
      .when(oakNeighbour, 'claim', rain)
    expect(occasions(looked)).toEqual(['takeover-4'])
    const dry = looked.on('2021-03-03').when(oakNeighbour, 'resume')
    expect(occasions(dry)).toEqual(['takeover-4'])
    const late = dry.until('2021-04-30')
    expect(late.due('neighbourLook')?.overdue).toBe(true)
    expect(occasions(late)).toEqual(['takeover-4', 'takeover-6'])
  })

  it('leaves the review to somebody else of that authority: nobody decides twice', () => {
    const late = submitted(large).until('2021-03-29').on('2021-03-30')
    const passed = late.when(reviewer, 'claim', 'approve')
    expect(passed.phase).toBe('municipalReview')
    expect(passed.refusal(reviewer, 'claim')).toEqual({ code: 'four-eyes' })
    expect(passed.refusal(verifier, 'claim')?.code).toBe('not-your-role')
    expect(passed.when(secondReviewer, 'claim', 'approve').phase).toBe('certified')
    expect(passed.actions(clerk)).toContain('withdraw')
  })
})

/** The edition of Chongqing with a word on who takes over. */
const stages = (takeover: string) =>
  chongqingText.replace(
    '    officers: [district]\n',
    `    officers: [district]\n    takeover: { by: [${takeover}], article: 三（四）, source: default }\n`,
  )

const heardUnder = (takeover: string) => {
  const process = createProcess(readEdition(stages(takeover)), cn)
  return submitted({}, process)
    .when(verifier, 'claim', 'approve')
    .when(verifier, 'requestRevocation')
    .when(clerk, 'respond')
}

describe('what an edition says of it', () => {
  it('may be nobody', () => {
    expect(heardUnder('').refusal(reviewer, 'claim')?.code).toBe('not-your-role')
  })

  it('may be somebody whom it names', () => {
    expect(heardUnder('municipal').when(reviewer, 'claim', 'revoke').phase).toBe('revoked')
  })

  it.each([
    ['mayor', 'nobody holds the role mayor'],
    ['enterprise', 'enterprise would take over what it asks for, or what is its own'],
  ])('must be officers: not %s', (role, reason) => {
    expect(faultsOf(stages(role)).map(({ path, en }) => [path, en])).toEqual([
      ['stages.5.takeover.by.0', reason],
    ])
  })

  it.each([
    [chongqing, ['district'], ['municipal']],
    [chongqing, ['municipal'], []],
    [chongqing, ['enterprise'], ['district']],
    [treeHouse, ['neighbour'], ['elder', 'squirrel']],
    [treeHouse, ['neighbour', 'elder'], []],
    [treeHouse, ['elder'], []],
  ])('is the next wider scope where it says nothing', ({ edition }, roles, above) => {
    expect(authorityAbove(edition, roles)).toEqual(above)
  })
})

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

describe.each<[string, Process, Actor[], Application]>([
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
        .map(({ user }) => partOf(stuck.case, stage, user))
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
        ({ type }) => type !== 'release' && type !== 'resume',
      )
      for (const { actor } of answers)
        expect(stage && partOf(place.state.case, stage, actor.user)).toBeUndefined()
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
  const roles = new Set([...(duty?.roles ?? []), ...(takeoverOf(process.edition, place.state)?.by ?? [])])
  return movesOf(process, cast, place).filter(
    ({ actor, type }) => roles.has(actor.role) && type !== 'requestRevocation' && type !== 'withdrawRequest',
  )
}

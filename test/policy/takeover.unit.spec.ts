import { faultsOf } from './broken-edition.ts'
import { describe, expect, it } from 'vitest'
import type { Application } from '../../policy/edition/application.ts'
import { createProcess, type Process } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { authorityAbove } from '../../policy/edition/ranks.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import {
  aWish,
  anApplication,
  anEnterprise,
  chongqing,
  chongqingText,
  cn,
  large,
  people,
  treeHouse,
  woodPeople,
} from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { holderOf } from './approvals.ts'

const { clerk, colleague, verifier, secondVerifier, elsewhere, reviewer, secondReviewer } = people
const { child, oakNeighbour } = woodPeople

const told = ({ steps }: Journey) =>
  (steps.at(-1)?.notices ?? [])
    .filter(({ kind }) => kind === 'takeover')
    .map(({ task, roles, user, required }) => [task, roles, user, required])
const keys = ({ steps }: Journey) =>
  steps.flatMap(({ notices }) =>
    notices.filter(({ kind }) => kind === 'takeover').map(({ deduplicationKey }) => deduplicationKey),
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
    expect(holderOf(taken.state.case)).toBe(reviewer.user)
    expect(taken.steps.at(-1)?.entry.payload).toEqual({ inPlaceOf: ['district'] })
  })

  it('is open so while its clock stands still, and again once it is late: each time is told', () => {
    const rain = { type: 'suspend', ground: 'rain', reason: 'it rains' } as const
    const looked = given(treeHouse)
      .filed(child, anEnterprise(), aWish())
      .when(child, 'submit')
      .when(oakNeighbour, 'claim', rain)
    expect(keys(looked)).toEqual(['takeover-4'])
    const dry = looked.on('2021-03-03').when(oakNeighbour, 'resume')
    expect(keys(dry)).toEqual(['takeover-4'])
    const late = dry.until('2021-04-30')
    expect(late.due('neighbourLook')?.overdue).toBe(true)
    expect(keys(late)).toEqual(['takeover-4', 'takeover-6'])
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

import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assessEligibility } from '../../policy/edition/eligibility.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { aWish, anEnterprise, castle, chongqing, cn, readText, treeHouse, woodPeople } from '../fixtures.ts'
import { given, type Journey } from './given.ts'
import { approvalsOf } from './approvals.ts'

const approved = ({ steps }: Journey) =>
  approvalsOf(
    treeHouse.edition,
    steps.map(({ entry }) => entry),
  )

const { child, oakNeighbour, elmNeighbour, elder, squirrel } = woodPeople

const wished = (overrides = {}) =>
  given(treeHouse, '2030-05-01').filed(child, anEnterprise(), aWish(overrides)).when(child, 'submit')

describe('an edition that no government would write', () => {
  it('leads a hut to its certificate: the neighbour, nuts, the squirrel', () => {
    const allowed = wished()
      .when(oakNeighbour, 'claim', 'return')
      .when(child, 'resubmit')
      .when(oakNeighbour, 'claim', 'approve')
      .when(child, 'submit')
      .when(squirrel, 'claim', 'approve')
    expect([allowed.phase, approved(allowed)]).toEqual(['permitted', ['neighbourLook', 'squirrelVote']])
    expect(allowed.steps.at(-1)?.effects).toEqual(['issueCertificate'])
  })

  it('asks the elder about a castle', () => {
    const looked = wished(castle).when(oakNeighbour, 'claim', 'approve')
    expect([looked.phase, looked.deadline]).toEqual(['elderWord', undefined])
    expect(looked.when(elder, 'claim', 'approve').phase).toBe('nuts')
  })

  it('forgets the look of the neighbour when the elder wants it mended', () => {
    const mending = wished(castle).when(oakNeighbour, 'claim', 'approve').when(elder, 'claim', 'return')
    expect([mending.phase, approved(mending)]).toEqual(['mending', []])
    expect(mending.when(child, 'resubmit').phase).toBe('neighbourLook')
  })

  it('keeps what was approved before the stage that the squirrel returns to', () => {
    const voting = wished(castle)
      .when(oakNeighbour, 'claim', 'approve')
      .when(elder, 'claim', 'approve')
      .when(child, 'submit')
    const hungry = voting.when(squirrel, 'claim', 'return')
    expect([hungry.phase, approved(hungry)]).toEqual(['nuts', ['neighbourLook', 'elderWord']])
    expect(hungry.when(child, 'submit').when(squirrel, 'claim', 'approve').phase).toBe('permitted')
  })

  it('lets a correction take the way of its new form, also where the first review is only for some', () => {
    const text = readText('test/editions/tree-house.yaml')
    const shy = text.replace('by: [neighbour]', 'by: [neighbour]\n    when: application.category == "hut"')
    const process = createProcess(readEdition(shy), cn)
    const start = given(process, '2030-05-01')
      .filed(child, anEnterprise(), aWish(castle))
      .when(child, 'submit')
    expect(start.phase).toBe('elderWord')
    const mending = start.when(elder, 'claim', 'return')
    expect(mending.when(child, { type: 'resubmit', application: aWish(castle) }).phase).toBe('elderWord')
    expect(mending.when(child, { type: 'resubmit', application: aWish() }).phase).toBe('neighbourLook')
  })

  it('has no neighbour from another tree, and no way out where it gives none', () => {
    expect(wished().refusal(elmNeighbour, 'claim')).toEqual({ code: 'not-found' })
    expect(wished().refusal(child, 'withdraw')?.code).toBe('event-not-allowed')
  })

  it.each([
    ['a hut of 3.50', {}, true, 'squirrel'],
    ['a hut of 3.49', { investment: { planks: '3', rope: '0.49' } }, false, null],
    ['a hut before summer', { startOn: '2030-05-31' }, false, null],
    ['a castle', castle, true, 'squirrel'],
    ['a castle without a flag', { ...castle, informationSystems: [] }, false, null],
  ])('says of %s by its own rules', (_, overrides, eligible, route) => {
    const facts = { enterprise: anEnterprise(), implementedInCity: false, certifiedBefore: true }
    const answer = assessEligibility(treeHouse.edition, { ...facts, application: aWish(overrides) })
    expect(answer).toMatchObject({ eligible, route, needsJudgement: false })
  })

  it('leaves a castle without doors to judgement', () => {
    const application = aWish({ ...castle, investment: { planks: '20.00' } })
    const facts = { enterprise: anEnterprise(), implementedInCity: true, certifiedBefore: false, application }
    expect(assessEligibility(treeHouse.edition, facts)).toMatchObject({
      eligible: false,
      needsJudgement: true,
    })
  })

  it('promises no date for sure that the calendar does not know', () => {
    expect(wished().deadline).toMatchObject({ dueOn: '2030-05-13', provisional: true })
  })
})

describe('a tree house that is being built', () => {
  const start = given(treeHouse, '2030-05-20')
    .filed(child, anEnterprise(), aWish())
    .when(child, 'submit')
    .when(oakNeighbour, 'claim', 'approve')
    .when(child, 'submit')
    .when(squirrel, 'claim', 'approve')
  const building = start.on('2030-06-01')

  it('is reported each month, within five days', () => {
    expect(start.due('progressReport')).toMatchObject({ part: '2030M05', dueOn: '2030-06-05' })
    const next = building.when(child, 'report').on('2030-06-15').when(child, 'report')
    expect(next.due('progressReport')).toMatchObject({ part: '2030M07', dueOn: '2030-08-05' })
  })

  it('takes a month longer, once, if the elder or the neighbour lets it', () => {
    const extended = building.when(child, 'requestExtension').when(elder, 'claim', 'grantExtension')
    expect(extended.due('completion')?.dueOn).toBe('2030-07-02')
    expect(extended.refusal(child, 'requestExtension')).toEqual({ code: 'extension-limit' })
  })

  it('is built, or taken down after the child was heard', () => {
    expect(building.when(child, 'complete').phase).toBe('built')
    const heard = building.when(elder, 'requestRevocation').until('2030-06-03')
    expect(heard.history.at(-1)).toEqual(['2030-06-04', 'lapse'])
    expect(heard.on('2030-06-04').when(oakNeighbour, 'claim', 'revoke').phase).toBe('takenDown')
  })

  it('may also be done with once leave is given: then the certificate is the end', () => {
    const text = readText('test/editions/tree-house.yaml')
      .replace(/ {2}- id: permitted\n[\s\S]*?\nends:/, '\nends:')
      .replace('outcome: completed', 'outcome: certified')
      .replace(/ {2}- \{ id: takenDown.*\n/, '')
    const done = given(createProcess(readEdition(text), cn), '2030-05-20')
      .filed(child, anEnterprise(), aWish())
      .when(child, 'submit')
      .when(oakNeighbour, 'claim', 'approve')
      .when(child, 'submit')
      .when(squirrel, 'claim', 'approve')
    expect([done.phase, done.state.done, done.state.case.supervision]).toEqual(['built', true, undefined])
    expect(done.steps.at(-1)?.effects).toEqual(['issueCertificate'])
    expect(done.steps.at(-1)?.notices).toMatchObject([
      { kind: 'outcome', task: 'squirrelVote', phase: 'built', outcome: 'granted' },
    ])
  })
})

describe('the engine knows no edition', () => {
  const { bodies, categories, vocabulary, stages, ends, certificate, authority, id } = chongqing.edition
  const terms = [...categories, ...Object.values(vocabulary ?? {}).flat(), ...stages, ...ends]
  /** Words of the edition that are words of the engine too: fields of the form, kinds of stage, outcomes. */
  const shared = new Set([
    'application',
    'correction',
    'certified',
    'completed',
    'revoked',
    'rejected',
    'withdrawn',
    'equipment',
    'cloud',
    'public',
    'private',
    'software',
    'services',
    'hardware',
    'platform',
    'assessment',
    'integration',
  ])
  const words = [
    id,
    certificate.prefix,
    authority.zh,
    '重庆',
    'Chongqing',
    'chongqing',
    'municipal',
    ...bodies.flatMap(({ name, fullName }) => [name, fullName]),
    ...terms.map((term) => term.id).filter((word) => !shared.has(word)),
  ]
  const files = readdirSync(new URL('../../policy/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `policy/${name}`)

  it('looks at all of it', () => {
    expect(files).toEqual(
      expect.arrayContaining(['policy/case/machine.ts', 'policy/stages/review/events.ts']),
    )
    expect(words).toEqual(
      expect.arrayContaining(['districtVerification', 'municipalReview', '渝北区', 'leasedEquipment']),
    )
  })

  it.each(files)('%s names nothing of it outside its comments', (file) => {
    const code = readText(file).replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')
    expect(words.filter((word) => code.includes(word))).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { chongqingText, readText } from '../fixtures.ts'
import { changed, faultsOf, placeOf } from './broken-edition.ts'

const verification = '  - id: districtVerification\n'
const municipal = '    when: application.totalInvestment >= yuan("30000000.00")\n'

describe('an edition that is wrong is refused with line, path and reason', () => {
  it.each([
    [
      'an unknown key',
      'issuedOn: 2021-02-18\n',
      'issuedOn: 2021-02-18\nmotto: forward\n',
      'forward',
      'motto',
      'no field "motto"; its fields are: $schema',
    ],
    [
      'an unknown key of a stage',
      municipal,
      `${municipal}    colour: red\n`,
      'red\n',
      'stages.4.colour',
      'no field "colour"; its fields are: kind',
    ],
    ['an unknown kind of stage', 'kind: filing', 'kind: prayer', 'prayer', 'stages.1.kind', 'must be one of'],
    [
      'an end that is called like a task of supervision',
      '- { id: completed, outcome',
      '- { id: completion, outcome',
      'completion, outcome',
      'ends.0.id',
      'completion is the name of a task',
    ],
    ['a missing key', 'year: 2021\n', '', 'id: chongqing-2021', 'year', 'must be given'],
    [
      'a threshold that is no money',
      "atLeast: '500000.00'",
      "atLeast: '5e5'",
      "'5e5'",
      'categories.1.branches.0.atLeast',
      'must be an amount',
    ],
    [
      'a threshold as a number',
      "atLeast: '500000.00'",
      'atLeast: 500000.00',
      '500000.00\n',
      'categories.1.branches.0.atLeast',
      'must be a text, not a number',
    ],
    [
      'a date that does not exist',
      'issuedOn: 2021-02-18',
      'issuedOn: 2021-02-30',
      '2021-02-30',
      'issuedOn',
      'must be a date',
    ],
    [
      'a deadline of no days',
      'days: 15\n      unit: workingDays',
      'days: 0\n      unit: workingDays',
      'days: 0',
      'stages.3.deadline.days',
      'must not be less than 1',
    ],
    [
      'a role nobody holds',
      'by: [district]',
      'by: [mayor]',
      'mayor',
      'stages.2.by.0',
      'nobody holds the role mayor',
    ],
    [
      'a role of the platform',
      '{ id: municipal, zh',
      '{ id: auditor, zh',
      'auditor',
      'roles.3.id',
      'auditor is a role of the platform',
    ],
    [
      'two stages of one name',
      '  - id: municipalReview',
      '  - id: districtVerification',
      'id: districtVerification\n    kind: review\n    zh: 市级认定',
      'stages.4',
      '"districtVerification" stands here twice',
    ],
    [
      'a stage with the name of an end',
      '  - id: municipalReview',
      '  - id: rejected',
      '{ id: rejected',
      'ends.1',
      '"rejected" stands here twice',
    ],
    [
      'two bodies with one code',
      "code: 'GX'",
      "code: 'LJ'",
      '{ name: 重庆高新区',
      'bodies.1',
      '"LJ" stands here twice',
    ],
    [
      'a kind of investment that is none',
      'counts: [software, services',
      'counts: [wages, services',
      'wages',
      'categories.1.branches.0.counts.0',
      'wages is no kind of investment',
    ],
    [
      'a return to nowhere',
      'returnTo: correction',
      'returnTo: heaven',
      'heaven',
      'stages.2.returnTo',
      'there is no stage or end heaven',
    ],
    [
      'a return that passes over a review',
      'returnTo: correction',
      'returnTo: municipalReview',
      'municipalReview\n',
      'stages.2.returnTo',
      'passes over no review',
    ],
    [
      'a return without a place',
      '    returnTo: correction\n',
      '',
      'id: districtVerification',
      'stages.2',
      'return and returnTo go together',
    ],
    [
      'a lapse to nowhere',
      'to: withdrawn',
      'to: heaven',
      'heaven',
      'stages.3.lapse.to',
      'there is no end heaven',
    ],
    [
      'a completion by the mere passing of time',
      'to: withdrawn',
      'to: completed',
      'completed, article',
      'stages.3.lapse.to',
      'nothing is completed by the mere passing of time',
    ],
    [
      'syntax in a condition',
      'yuan("30000000.00")',
      'yuan("30000000.00"',
      'application.totalInvestment >= yuan',
      'stages.4.when',
      'Expected',
    ],
  ])('%s', (_, from, to, at, path, reason) => {
    const text = changed(from, to)
    const fault = faultsOf(text).find((each) => each.path === path)
    expect(fault?.en).toContain(reason)
    expect(fault).toMatchObject({ line: placeOf(text, at).line })
  })

  it.each([
    [
      'an unknown field',
      'require: application.startOn >= date("2019-01-01")',
      'require: application.begin >= date("2019-01-01")',
      'begin',
      'conditions.4.require',
      'No such key: begin',
    ],
    [
      'an amount that is none',
      municipal,
      municipal.replace('30000000.00', '3e7'),
      'yuan("3e7")',
      'stages.4.when',
      'is not an amount',
    ],
    [
      'a day that does not exist',
      'date("2021-01-01")',
      'date("2021-13-01")',
      'date("2021-13-01")',
      'conditions.5.require',
      'is not a date',
    ],
    [
      'a field in quotes',
      "require: '!project.certifiedBefore'",
      "require: '!project.certified'",
      "certified'",
      'conditions.6.require',
      'No such key: certified',
    ],
    [
      'an unknown variable of a branch',
      'when: enterprise.size != "large" && application.cloudModel',
      'when: enterprise.size != "large" && form.cloudModel',
      'form.cloudModel',
      'categories.2.branches.1.when',
      'form',
    ],
    [
      'a text, not yes or no',
      'require: enterprise.legalPerson',
      'require: enterprise.industry',
      'enterprise.industry\n',
      'conditions.1.require',
      'string, not true or false',
    ],
  ])('a condition with %s, to the column', (_, from, to, at, path, reason) => {
    const text = changed(from, to)
    const [fault, ...more] = faultsOf(text)
    expect(more).toEqual([])
    expect(fault?.en).toContain(reason)
    expect(fault).toMatchObject({ path, ...placeOf(text, at) })
  })

  it('without the end that the stages need', () => {
    const withoutWithdrawn = faultsOf(chongqingText.replace(/ {2}- \{ id: withdrawn.*\n/, ''))
    expect(withoutWithdrawn.map(({ en }) => en)).toEqual(
      expect.arrayContaining([
        'may be withdrawn, but no end has the outcome withdrawn',
        'there is no end withdrawn',
      ]),
    )
    const withoutRejected = faultsOf(chongqingText.replace(/ {2}- \{ id: rejected.*\n/, ''))
    expect(withoutRejected.map(({ path, en }) => [path, en])).toEqual([
      ['stages.2', 'may reject, but no end has the outcome rejected'],
      ['stages.4', 'may reject, but no end has the outcome rejected'],
    ])
  })

  it('with a stage that a false condition makes unreachable', () => {
    const text = changed(municipal, '    when: "false"\n')
    expect(faultsOf(text)).toEqual([
      {
        ...placeOf(text, 'id: municipalReview'),
        path: 'stages.4',
        zh: '没有途径可到达环节 municipalReview',
        en: 'no way leads to the stage municipalReview',
      },
    ])
  })

  it('with a correction that nobody returns to', () => {
    const text = changed('    returnTo: correction\n', '    returnTo: application\n')
    expect(faultsOf(text)).toEqual([
      {
        ...placeOf(text, 'id: correction'),
        path: 'stages.3',
        zh: '没有途径可到达环节 correction',
        en: 'no way leads to the stage correction',
      },
    ])
  })

  it('with a stage that has no way out', () => {
    const chapel = `  - id: chapel
    kind: review
    zh: 小教堂
    en: chapel
    article: 〇
    source: default
    by: [district]
    answers: { approve: stay }
    withdrawable: false
`
    const text = changed(verification, `${chapel}${verification}`)
    const reasons = faultsOf(text).map(({ path, en }) => `${path}: ${en}`)
    expect(reasons).toContain('stages.2: no way leads out of the stage chapel to an end')
    expect(reasons).toContain('stages.3: no way leads to the stage districtVerification')
  })

  it('with an end that nothing leads to', () => {
    const text = readText('test/editions/tree-house.yaml').replaceAll(', reject]', ']')
    expect(faultsOf(text).map(({ path, en }) => [path, en])).toEqual([
      ['ends.2', 'no way leads to the end felled'],
    ])
  })

  it('with every fault of its form at once', () => {
    const text = changed('year: 2021', 'year: MMXXI').replace("atLeast: '500000.00'", "atLeast: 'much'")
    expect(faultsOf(text).map(({ path }) => path)).toEqual(['year', 'categories.1.branches.0.atLeast'])
  })
})

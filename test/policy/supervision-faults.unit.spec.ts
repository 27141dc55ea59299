import { describe, expect, it } from 'vitest'
import { chongqingText, readText } from '../fixtures.ts'
import { changed, faultsOf, placeOf } from './broken-edition.ts'

const verification = '  - id: districtVerification\n'

describe('an edition whose life after the certificate is wrong is refused with line, path and reason', () => {
  it.each([
    [
      'completed',
      'rejected',
      '最后一个环节之后没有终点：须有结果为 certified 或者 completed 的终点',
      'nothing follows the last stage: an end needs the outcome certified or completed',
    ],
    [
      'revoked',
      'completed',
      '有认定后监管，须有结果为 revoked 的终点',
      'a supervision needs an end with the outcome revoked',
    ],
  ])('without the end %s that its supervision needs', (outcome, first, zh, en) => {
    const text = chongqingText.replace(new RegExp(` {2}- \\{ id: ${outcome}.*\\n`), '')
    expect(faultsOf(text)).toEqual([{ ...placeOf(text, `- { id: ${first}`), path: 'ends', zh, en }])
  })

  it.each([
    [
      'an end for what its supervision certifies',
      'ends:\n',
      'ends:\n  - { id: listed, outcome: certified, zh: 入库, en: listed, article: 〇, source: default }\n',
      '- { id: listed',
      'ends.0',
      'no way leads to the end listed',
    ],
    [
      'a supervisor that nobody is',
      'officers: [district]',
      'officers: [district, mayor]',
      'mayor',
      'stages.5.officers.1',
      'nobody holds the role mayor',
    ],
    [
      'a supervisor of itself',
      'officers: [district]',
      'officers: [district, enterpriseAdmin]',
      'officers: ',
      'stages.5.officers.1',
      'enterpriseAdmin would decide what it asks for itself',
    ],
    [
      'a reminder to nobody',
      'escalate: [{ after: 7, to: [district] }]',
      'escalate: [{ after: 7, to: [district, mayor] }]',
      'mayor',
      'stages.5.reports.reminders.escalate.0.to.1',
      'nobody holds the role mayor',
    ],
    [
      'a reminder of a completion to nobody',
      '{ after: 30, to: [municipal] }',
      '{ after: 30, to: [mayor] }',
      'mayor',
      'stages.5.completion.reminders.escalate.1.to.0',
      'nobody holds the role mayor',
    ],
    [
      'a deadline whose reminder nobody gets',
      'reminders: { opened: true, before: [5, 1], required: true }',
      'reminders: { before: [5], escalate: [{ after: 0, to: [mayor] }], required: true }',
      'mayor',
      'stages.3.deadline.reminders.escalate.0.to.0',
      'nobody holds the role mayor',
    ],
    [
      'reports of no period that there is',
      'every: quarter',
      'every: fortnight',
      'fortnight',
      'stages.5.reports.every',
      'must be one of: month, quarter',
    ],
    [
      'an extension of a date that there is not',
      /^ {4}completion:\n(?: {6}.*\n)+/m,
      '',
      'atMost',
      'stages.5.extension',
      'needs completion as well',
    ],
    [
      'requests that nobody has time to decide',
      /^ {4}decision: .*\n/m,
      '',
      'days: 10\n      unit: workingDays\n      article: 三（四）',
      'stages.5.hearing',
      'needs decision as well',
    ],
    [
      'an own extension in another unit',
      'ownExtension: { days: 10, unit: workingDays, article: 行政许可法 第四十二条, source: default }\n    suspension',
      'ownExtension: { days: 10, unit: calendarDays, article: 行政许可法 第四十二条, source: default }\n    suspension',
      '{ days: 10, unit: calendarDays',
      'stages.4.ownExtension',
      'does not count in the unit of the deadline',
    ],
  ])('with %s', (_, from, to, at, path, reason) => {
    const text = typeof from === 'string' ? changed(from, to) : chongqingText.replace(from, to)
    const fault = faultsOf(text).find((each) => each.path === path)
    expect(fault?.en).toContain(reason)
    expect(fault).toMatchObject({ line: placeOf(text, at).line })
  })

  it('with reminders of a deadline that several rules share: each of them is named', () => {
    const text = changed(
      'escalate: [{ after: 10, to: [municipal] }]',
      'escalate: [{ after: 10, to: [mayor] }]',
    )
    expect(faultsOf(text).map(({ path }) => path)).toEqual([
      'stages.2.deadline.reminders.escalate.0.to.0',
      'stages.5.decision.reminders.escalate.0.to.0',
    ])
  })

  it('but not with a supervision that is not the last stage', () => {
    const start = chongqingText.indexOf('  - id: certified\n')
    const certified = chongqingText.slice(start, chongqingText.indexOf('\nends:'))
    const text = chongqingText.replace(certified, '').replace(verification, `${certified}${verification}`)
    expect(faultsOf(text.replace('*officer', '{ before: [1], required: true }'))).toEqual([])
  })

  it('with a clock to stop that it does not have', () => {
    const wood = readText('test/editions/tree-house.yaml')
    const text = wood.replace(/ {4}deadline: \{ days: 3, unit: calendarDays, article: song 5.*\n/, '')
    expect(faultsOf(text)).toEqual([
      {
        ...placeOf(text, 'afterwards: resume'),
        path: 'stages.5.suspension',
        zh: '没有办理期限的环节无从暂停计时',
        en: 'a stage without a deadline has no clock to stop',
      },
    ])
  })

  it('with no certificate at all', () => {
    const wood = readText('test/editions/tree-house.yaml')
    const text = wood.replace(/ {2}- id: permitted\n[\s\S]*?\nends:/, '\nends:')
    expect(faultsOf(text).map(({ path, en }) => [path, en])).toEqual([
      ['ends', 'no end has the outcome certified'],
    ])
  })
})

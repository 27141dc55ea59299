import { expect, it } from 'vitest'
import { readText } from '../fixtures.ts'
import { faultsOf } from './broken-edition.ts'

const swingText = readText('test/editions/tree-swing.yaml')

/** The edition with a piece of its text replaced; the piece must stand there once. */
function changed(from: string, to: string): string {
  expect(swingText.split(from)).toHaveLength(2)
  return swingText.replace(from, to)
}

/** The text of a stage, from its name to that of the next one. */
function stageText(id: string): string {
  return new RegExp(` {2}- id: ${id}\\n[\\s\\S]*?(?=\\n {2}- id|\\n\\nends)`).exec(swingText)?.[0] ?? ''
}

const anotherWish = stageText('wish').replace('id: wish', 'id: neighbourLook')

const noDecision =
  'is entered by the approval of a review alone: time lets a decision take effect, and makes none'

it.each([
  ['behind a filing', stageText('neighbourLook'), anotherWish, 2, noDecision],
  ['behind another notice', `${stageText('elderWord')}\n`, '', 4, noDecision],
  [
    'behind a review that does not always take place, and a notice before it',
    'by: [elder]\n    answers',
    'by: [elder]\n    when: application.totalInvestment >= yuan("5")\n    answers',
    5,
    noDecision,
  ],
  [
    'behind a review that does not always take place, and a filing before it',
    'by: [neighbour]\n    answers',
    'by: [neighbour]\n    when: application.totalInvestment >= yuan("5")\n    answers',
    2,
    noDecision,
  ],
])('refuses a notice %s', (_, from, to, at, en) => {
  const found = faultsOf(changed(from, to)).filter(({ path }) => /^stages\.\d$/.test(path))
  expect(found).toMatchObject([{ path: `stages.${at}`, en }])
})

it.each([
  ['nowhere', 'heaven', 'there is no stage or end heaven'],
  [
    'an end',
    'felled',
    'felled does not come before: this answer leads back, or to a correction, and passes over no review',
  ],
  [
    'itself',
    'leaflet',
    'leaflet does not come before: this answer leads back, or to a correction, and passes over no review',
  ],
  [
    'on',
    'elderWord',
    'elderWord does not come before: this answer leads back, or to a correction, and passes over no review',
  ],
])('refuses an objection that leads to %s', (_, to, en) => {
  const faults = faultsOf(changed('answers: { objection: neighbourLook }', `answers: { objection: ${to} }`))
  expect(faults.map((fault) => [fault.path, fault.en])).toEqual([['stages.2.answers.objection', en]])
})

it.each([
  [
    'stands no day',
    'days: 5, unit: calendarDays, firstDay',
    'days: 0, unit: calendarDays, firstDay',
    'period.days',
  ],
  ['does not say whether its first day counts', ', firstDay: doesNotCount', '', 'period.firstDay'],
  ['does not say whether it takes anonymous objections', '    anonymous: false\n', '', 'anonymous'],
  ['does not say where an objection leads', '    answers: { objection: neighbourLook }\n', '', 'answers'],
])('refuses a notice that %s', (_, from, to, field) => {
  expect(faultsOf(changed(from, to)).map(({ path }) => path)).toEqual([`stages.2.${field}`])
})

it('refuses a notice of officers that nobody is, or that is withdrawn to no end', () => {
  const nobody = changed('by: [neighbour]\n    period', 'by: [mayor]\n    period')
  expect(faultsOf(nobody).map(({ path }) => path)).toEqual(['stages.2.by.0'])
  const endless = swingText
    .replace(/ {2}- \{ id: forgotten.*\n/, '')
    .replace(/ {4}lapse: .*\n/, '')
    .replaceAll('withdrawable: true', 'withdrawable: false')
    .replace(
      'answers: { objection: neighbourLook }\n    withdrawable: false',
      'answers: { objection: neighbourLook }\n    withdrawable: true',
    )
  expect(faultsOf(endless).map(({ path }) => path)).toEqual(['stages.2'])
})

it('takes a notice behind a review that does not always take place, where one before it always does', () => {
  const text = changed(
    stageText('leaflet'),
    stageText('elderWord')
      .replace('id: elderWord', 'id: secondLook')
      .replace('answers', 'when: application.totalInvestment >= yuan("5")\n    answers'),
  )
  expect(faultsOf(text.replace(`${stageText('elderWord')}\n`, ''))).toEqual([])
})

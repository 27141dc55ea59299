import { expect, it } from 'vitest'
import { readBehaviour } from '../../../tools/simulation/behaviour.ts'
import { readText } from '../../fixtures.ts'

const text = readText('tools/simulation/behaviours/plausible.yaml')

it('the behaviour that is shipped is right', () => {
  expect(readBehaviour(text, 'plausible.yaml').answeredWithin).toBe(5)
})

it.each([
  [
    'incomplete: 0.22',
    'incomplete: 1.2',
    /^b\.yaml:\d+:\d+ applications\.incomplete: 不得大于 1 · must not be more than 1$/,
  ],
  [
    'claim: [0, 4]',
    'claim: [4, 0]',
    /^b\.yaml:\d+:\d+ officers\.district\.claim: 范围须从小到大 · must go from the least/m,
  ],
  [
    'inTime: 0.82',
    'inTime: 0.9',
    /^b\.yaml:\d+:\d+ enterprises\.report: inTime、late、never 之和须为 1 · must have inTime, late, never come to 1/,
  ],
  ['answeredWithin: 5', 'answerWithin: 5', /^b\.yaml:\d+:\d+ answeredWithin: 必须填写 · must be given$/m],
  [
    'answeredWithin: 5',
    'answeredWithin: 5\nmore: 1',
    /^b\.yaml:\d+:\d+ more: 没有 "more" 这样的字段.* · has no field "more"/,
  ],
  [
    '  months: [2,',
    '  months: [',
    /^b\.yaml:\d+:\d+ applications\.months: 至少 12 项 · must have at least 12 items/,
  ],
  [
    'late: { share: 0.07',
    'late: { share: 0.97',
    /^b\.yaml:\d+:\d+ officers\.district\.late\.share: .*之和大于 1 · .* more than 1/m,
  ],
  ['title:', '"', /^b\.yaml:\d+:\d+ \(document\): YAML 语法有误：.* · /],
])('%s → %s is refused with its path and the reason', (right, wrong, message) => {
  expect(text).toContain(right)
  expect(() => readBehaviour(text.replace(right, wrong), 'b.yaml')).toThrow(message)
})

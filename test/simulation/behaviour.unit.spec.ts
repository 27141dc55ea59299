import { expect, it } from 'vitest'
import { readBehaviour } from '../../simulation/behaviour.ts'
import { readText } from '../fixtures.ts'

const text = readText('simulation/behaviours/plausible.yaml')

it('the behaviour that is shipped is right', () => {
  expect(readBehaviour(text, 'plausible.yaml').answeredWithin).toBe(5)
})

it.each([
  ['incomplete: 0.22', 'incomplete: 1.2', /^b\.yaml applications\.incomplete: .*<=1/],
  ['claim: [0, 4]', 'claim: [4, 0]', /^b\.yaml officers\.district\.claim: a range goes from the least/m],
  ['inTime: 0.82', 'inTime: 0.9', /^b\.yaml enterprises\.report: inTime, late, never must come to 1/],
  ['answeredWithin: 5', 'answerWithin: 5', /^b\.yaml answeredWithin: /],
  ['answeredWithin: 5', 'answeredWithin: 5\nmore: 1', /^b\.yaml \(document\): .*more/],
  ['  months: [2,', '  months: [', /^b\.yaml applications\.months: /],
  ['late: { share: 0.07', 'late: { share: 0.97', /^b\.yaml officers\.district\.late\.share: .* more than 1/m],
  ['title:', '"', /^b\.yaml \(document\): /],
])('%s → %s is refused with its path and the reason', (right, wrong, message) => {
  expect(text).toContain(right)
  expect(() => readBehaviour(text.replace(right, wrong), 'b.yaml')).toThrow(message)
})

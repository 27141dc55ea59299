import { describe, expect, it } from 'vitest'
import { eventTypes } from '../../policy/case/events.ts'
import { eventSchema } from '../../policy/case/event-schema.ts'
import { eventLabels } from '../../policy/case/labels.ts'
import { anApplication, anApplicationBody, chongqing } from '../fixtures.ts'
import { deedOf } from './given.ts'

const schema = eventSchema(chongqing.edition)
const paths = (event: unknown) =>
  schema.safeParse(event).error?.issues.map(({ path }) => path.join('.')) ?? []

describe('an event', () => {
  it('keeps a reason of several lines', () => {
    const event = { type: 'return', reason: '一、缺合同\n二、缺发票\t（二期）' }
    expect(schema.parse(event)).toEqual(event)
  })

  // No third party makes a report in Chongqing.
  it.each(eventTypes.filter((each) => each !== 'deliverReport'))('%s is read as it was sent', (type) => {
    const event = deedOf(type, anApplication())
    expect(schema.parse(event)).toEqual(event)
  })

  it.each(Object.entries(eventLabels))(
    '%s is shown by its words, and by nothing else of its row',
    (_type, words) => {
      expect(Object.keys(words)).toEqual(['zh', 'en'])
    },
  )

  it.each([
    ['no type', {}, ['type']],
    ['a type that there is not', { type: 'certify' }, ['type']],
    ['the passing of time, which nobody sends', { type: 'lapse' }, ['type']],
    ['the passing of time, which nobody sends', { type: 'overdue' }, ['type']],
    ['a key too many', { type: 'claim', by: 'me' }, ['']],
    ['no reason', { type: 'return' }, ['reason']],
    ['a reason of spaces', { type: 'reject', reason: '  ' }, ['reason']],
    ['a reason that cannot be seen', { type: 'reject', reason: '\u200b' }, ['reason']],
    ['an opinion that cannot be seen', { type: 'approve', opinion: '\u2060' }, ['opinion']],
    ['half a character', { type: 'return', reason: '代\ud800' }, ['reason']],
    ['a direction mark', { type: 'return', reason: '\u202e项目' }, ['reason']],
    ['a reason without end', { type: 'withdraw', reason: 'x'.repeat(2001) }, ['reason']],
    ['an empty opinion', { type: 'approve', opinion: ' ' }, ['opinion']],
    ['a score above 5', { type: 'completeAssessment', score: 5.01, level: 5 }, ['score']],
    ['a level between two', { type: 'completeAssessment', score: 3, level: 2.5 }, ['level']],
    ['no application', { type: 'resubmit' }, ['application']],
    [
      'a wrong amount',
      { type: 'resubmit', application: anApplicationBody({ totalInvestment: '1e9' }) },
      ['application.totalInvestment'],
    ],
    ['nothing', null, ['']],
  ])('with %s is refused: %j', (_, event, expected) => {
    expect(paths(event)).toEqual(expected)
  })
})

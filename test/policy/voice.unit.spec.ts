import { describe, expect, it } from 'vitest'
import { errors, type ErrorCode, type Refusal } from '../../policy/errors.ts'
import { orderObjections } from '../../policy/case/orders.ts'
import { wordsOf } from '../../policy/words/voice.ts'

const hanzi = /\p{Script=Han}/u
const codes = Object.keys(errors) as ErrorCode[]

/** What refusals carry, as far as their sentence says it. */
const full: Partial<Refusal> = {
  revision: 3,
  project: 'p-1',
  field: 'application.completeOn',
  allowed: ['2026-01-01', '2026-12-31'],
  operationStatus: 'cancelled',
  findings: [
    { rule: 'r', article: '1.2', ok: false, detail: { zh: '不是独立法人。', en: 'Not a legal person.' } },
  ],
  issues: [{ field: 'a', zh: '「甲」不能为空。', en: '“a” must not be empty.' }],
}

/** Which rule of a good sentence is broken. */
function brokenBy({ zh, en }: { zh: string; en: string }): string[] {
  const rules = {
    'Chinese is Chinese': hanzi.test(zh) && zh.endsWith('。'),
    'English is English': !hanzi.test(en) && en.endsWith('.'),
    'nothing is left out': !/undefined|。。|\.\.|「」|“”/.test(zh + en),
  }
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [`${rule}: ${zh} ${en}`]))
}

describe('every code has a sentence in both languages', () => {
  it.each(codes)('%s', (code) => {
    expect(brokenBy(wordsOf({ code } as Refusal))).toEqual([])
    expect(brokenBy(wordsOf({ ...full, code } as Refusal))).toEqual([])
  })

  it.each(Object.values(orderObjections))('an order that is not taken: $en', (words) => {
    expect(brokenBy(words)).toEqual([])
  })
})

it('says what it carries', () => {
  expect(wordsOf({ code: 'stale-revision', revision: 7 }).zh).toContain('第 7 版')
  expect(wordsOf({ ...full, code: 'not-eligible' })).toEqual({
    zh: '不符合认定条件（1.2）：不是独立法人。',
    en: 'A condition is not met (1.2): Not a legal person.',
  })
  expect(wordsOf({ ...full, code: 'date-not-allowed' })).toEqual({
    zh: '「申报的计划完工日期」须在 2026-01-01 至 2026-12-31 之间。',
    en: '“planned completion, as filed” must be from 2026-01-01 to 2026-12-31.',
  })
  expect(wordsOf({ code: 'operation-not-allowed', operationStatus: 'cancelled' }).zh).toContain('「已取消」')
})

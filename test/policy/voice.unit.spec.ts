import { describe, expect, it } from 'vitest'
import { errors, type ErrorCode, type Refusal } from '../../policy/errors.ts'
import { commandDenials } from '../../policy/case/admin-commands.ts'
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

  it.each(Object.values(commandDenials))('an admin command that is not taken: $en', (words) => {
    expect(brokenBy(words)).toEqual([])
  })
})

const finding = (article: string, zh: string, en: string) => ({
  rule: article,
  article,
  ok: false,
  detail: { zh, en },
})

/** Without what it carries, a sentence is the title of its code. */
const titleOf = (code: ErrorCode) => ({ zh: `${errors[code].zh}。`, en: errors[code].en })

describe('a sentence says what it carries', () => {
  it.each<[refusal: Refusal, zh: string, en: string]>([
    [
      { code: 'stale-revision', revision: 7 },
      '内容已更新为第 7 版，请重新读取后再办。',
      'It has changed since you read it and is at revision 7 now: read it again.',
    ],
    [
      { code: 'not-eligible', findings: full.findings ?? [] },
      '不符合认定条件（1.2）：不是独立法人。',
      'A condition is not met (1.2): Not a legal person.',
    ],
    [
      { code: 'fixed-field', field: 'application.uscc', allowed: ['91500112MA5ABCD195'] },
      '补正时不得更改「申报主体统一社会信用代码」，须仍为 91500112MA5ABCD195。',
      'A correction may not change “credit code of the applicant”: it stays 91500112MA5ABCD195.',
    ],
    [
      { code: 'date-not-allowed', field: 'completeOn', allowed: ['2026-01-01', '2026-12-31'] },
      '「计划完工日期」须在 2026-01-01 至 2026-12-31 之间。',
      '“planned completion” must be from 2026-01-01 to 2026-12-31.',
    ],
    [
      { code: 'date-not-allowed', field: 'unheard.of', allowed: ['2026-01-01', '2026-12-31'] },
      '「unheard.of」须在 2026-01-01 至 2026-12-31 之间。',
      '“unheard.of” must be from 2026-01-01 to 2026-12-31.',
    ],
    [
      { code: 'duplicate', project: 'p-1' },
      '该项目已申报（p-1），不得重复申报。',
      'This project is already filed, as p-1.',
    ],
    [
      { code: 'operation-not-allowed', operationStatus: 'cancelled' },
      '该运维操作现为「已取消」，不能如此处理。',
      'The operation stands at “Cancelled”, in which this cannot be done.',
    ],
    [
      {
        code: 'invalid-request',
        issues: [
          { field: 'a', zh: '甲不能为空。', en: 'a must not be empty.' },
          { field: 'b', zh: '乙必须填写。', en: 'b must be given.' },
        ],
      },
      '甲不能为空。乙必须填写。',
      'a must not be empty. b must be given.',
    ],
    [
      { code: 'duplicate', words: { zh: '自有其词。', en: 'Words of its own.' } },
      '自有其词。',
      'Words of its own.',
    ],
  ])('%o', (refusal, zh, en) => {
    expect(wordsOf(refusal)).toEqual({ zh, en })
  })

  it('and how to learn what came of a command that was not answered', () => {
    const { zh, en } = wordsOf({ code: 'outcome-unknown', idempotencyKey: 'k-1' })
    expect(zh).toContain('请以 Idempotency-Key: k-1 重新提交同一请求')
    expect(en).toContain('Send the same request with Idempotency-Key: k-1;')
  })

  it('of each condition that is not met, and ends each once', () => {
    const findings = [
      finding('一', '不在本市。须迁入', 'Not here. It has to move'),
      finding('二', '不是法人。', 'No legal person.'),
    ]
    expect(wordsOf({ code: 'not-eligible', findings })).toEqual({
      zh: '不符合认定条件（一）：不在本市。须迁入。不符合认定条件（二）：不是法人。',
      en: 'A condition is not met (一): Not here. It has to move. A condition is not met (二): No legal person.',
    })
  })

  it.each<Refusal>([
    { code: 'stale-revision' },
    { code: 'not-eligible' },
    { code: 'not-eligible', findings: [] },
    { code: 'fixed-field', field: 'application.uscc' },
    { code: 'date-not-allowed', field: 'application.completeOn' },
    { code: 'date-not-allowed', field: 'completeOn', allowed: ['2026-01-01'] },
    { code: 'duplicate' },
    { code: 'outcome-unknown' },
    { code: 'operation-not-allowed' },
    { code: 'invalid-request' },
    { code: 'not-found' },
  ])('and its title where it carries too little: %o', (refusal) => {
    expect(wordsOf(refusal)).toEqual(titleOf(refusal.code))
  })
})

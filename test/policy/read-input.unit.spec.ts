import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { faultsOfIssue, inputRefusal, notOfThisList, readInput } from '../../policy/words/issues.ts'

function refusalOf(schema: z.ZodType, input: unknown): Refusal {
  try {
    readInput(schema, input)
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal
    throw error
  }
  throw new Error('it is accepted')
}

const fields = (refusal: Refusal) => refusal.issues?.map(({ field }) => field)
const form = z.strictObject({ score: z.number(), list: z.array(z.string().min(1)), gold: z.string() })

describe('what comes in', () => {
  it('is given as the schema reads it', () => {
    expect(readInput(z.object({ score: z.coerce.number() }), { score: '1', more: 2 })).toEqual({ score: 1 })
  })

  it('is refused with each field that is wrong, by its name and as it is written; the first is named alone too', () => {
    expect(refusalOf(form, { score: 'x', list: ['a', ''] })).toEqual({
      code: 'invalid-request',
      field: 'score',
      issues: [
        {
          field: 'score',
          zh: '「测评得分」（score）须为数字，不能是文本。',
          en: '“score of the assessment” (score) must be a number, not a text.',
        },
        {
          field: 'list.1',
          zh: '「清单」第 2 项（list.1）不能为空。',
          en: '“list”, item 2 (list.1) must not be empty.',
        },
        { field: 'gold', zh: 'gold 必须填写。', en: 'gold must be given.' },
      ],
    })
  })

  it.each<[what: string, input: unknown, zh: string, en: string]>([
    ['as a whole', 1, '请求内容须为对象，不能是数字。', 'The request must be an object, not a number.'],
    [
      'for an unknown key, which is the field',
      { score: 1, list: [], gold: '', x: 1, y: 2 },
      '请求内容没有 "x"、"y" 这样的字段，可用的有：测评得分（score）、清单（list）、gold。',
      'The request has no field "x", "y"; its fields are: score of the assessment (score), list, gold.',
    ],
  ])('is refused %s', (_, input, zh, en) => {
    const refusal = refusalOf(form, input)
    expect(refusal.issues).toMatchObject([{ zh, en }])
    expect(refusal.field).toBe(input === 1 ? '' : 'x')
  })

  it('is named by the last field that has a name, and by its place where it is an item itself', () => {
    const lists = z.object({ list: z.array(z.object({ score: z.array(z.number()) })) })
    expect(refusalOf(lists, { list: [{ score: [1, 'x'] }, {}] }).issues).toMatchObject([
      { field: 'list.0.score.1', zh: '「测评得分」第 2 项（list.0.score.1）须为数字，不能是文本。' },
      { field: 'list.1.score', zh: '「测评得分」（list.1.score）必须填写。' },
    ])
  })

  it('is refused with what zod has found, for the logs', () => {
    expect(() => readInput(form, {})).toThrow(expect.objectContaining({ cause: expect.any(z.ZodError) }))
  })

  it('is refused for twenty things at once at most', () => {
    const all = z.object(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, z.string()])))
    expect(fields(refusalOf(all, {}))).toEqual(Array.from({ length: 20 }, (_, at) => `f${at}`))
  })

  it('is told what would do: the values of a choice, or the kinds of a form', () => {
    expect(refusalOf(z.object({ size: z.literal([1, 2]) }), { size: 3 }).allowed).toEqual(['1', '2'])
    const kinds = z.discriminatedUnion('type', [
      z.object({ type: z.literal('a') }),
      z.object({ type: z.literal('b') }),
    ])
    expect(refusalOf(kinds, { type: 'c' }).allowed).toEqual(['a', 'b'])
    expect(refusalOf(form, { score: 'x' })).not.toHaveProperty('allowed')
    expect(refusalOf(z.union([z.string(), z.boolean()]), 1)).not.toHaveProperty('allowed')
  })

  it('of several forms is held to the one that comes closest, and to none where two come as close', () => {
    const either = z.object({
      target: z.union([
        z.strictObject({ one: z.string(), two: z.string(), three: z.string() }),
        z.strictObject({ four: z.string().min(1) }),
        z.string(),
      ]),
    })
    expect(fields(refusalOf(either, { target: { four: '' } }))).toEqual(['target.four'])
    expect(fields(refusalOf(either, { target: { four: 1 } }))).toEqual(['target.four'])
    expect(fields(refusalOf(either, { target: { four: 'x', five: '' } }))).toEqual(['target.five'])
    expect(fields(refusalOf(either, { target: { one: '', two: '' } }))).toEqual(['target.three'])
    expect(fields(refusalOf(either, { target: 1 }))).toEqual(['target'])
    const alike = z.union([z.strictObject({ one: z.string() }), z.strictObject({ two: z.string() })])
    expect(fields(refusalOf(alike, { one: 1 }))).toEqual(['one'])
    expect(fields(refusalOf(alike, {}))).toEqual([''])
    const nested = z.object({ a: z.union([z.string(), z.object({ b: z.union([z.string(), form]) })]) })
    expect(fields(refusalOf(nested, { a: { b: { score: 'x', list: [], gold: '' } } }))).toEqual(['a.b.score'])
  })

  it('that a schema finds wrong in its own words, in one language, is told so', () => {
    const own = z.object({ score: z.number().refine(() => false, 'odd') })
    expect(refusalOf(own, { score: 1 }).issues).toMatchObject([
      { zh: '「测评得分」（score）不符合要求。', en: '“score of the assessment” (score) is not right: odd.' },
    ])
  })
})

describe('one field that is wrong for another reason', () => {
  it('is refused in the words that are given, after its name', () => {
    const words = { zh: '不是本清单给出的', en: 'is not one that this list has given' }
    expect(inputRefusal('reason', words)).toEqual({
      code: 'invalid-request',
      field: 'reason',
      issues: [
        {
          field: 'reason',
          zh: '「理由」（reason）不是本清单给出的。',
          en: '“reason” (reason) is not one that this list has given.',
        },
      ],
    })
    expect(inputRefusal('reason', words, ['a']).allowed).toEqual(['a'])
    expect(inputRefusal('evidence.2', words).issues).toMatchObject([{ field: 'evidence.2' }])
  })
})

it('a place that no page of a list has given is refused so', () => {
  expect(notOfThisList).toMatchObject({ code: 'invalid-request', field: 'cursor' })
  expect(notOfThisList.issues).toMatchObject([
    {
      zh: expect.stringMatching(/（cursor）不是本清单给出的。$/),
      en: expect.stringMatching(/ is not one that this list has given\.$/),
    },
  ])
})

it('a fault of a document has the path of what is unknown, not of what it stands in', () => {
  const [issue] = form.safeParse({ score: 1, list: [], gold: '', x: 1 }).error?.issues ?? []
  expect(issue && faultsOfIssue(issue).map(({ path }) => path)).toEqual([['x']])
})

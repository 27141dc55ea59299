import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inBoth, partsOf, quoteForeign, vocabularies } from '../../policy/words/bilingual.ts'
import { explainDocumentIssue, explainIssue } from '../../policy/words/issue-words.ts'

const said = (schema: z.ZodType, input: unknown, explain = explainIssue) =>
  schema.safeParse(input, { error: explain }).error?.issues[0]?.message.split('\n')

const size = z.enum(['large', 'small', 'S'])
vocabularies.add(size, {
  terms: [
    { id: 'large', zh: '大型', en: 'large' },
    { id: 'small', zh: '小型', en: 'a small one' },
  ],
})

const form = z.strictObject({ score: z.string(), gold: z.string() })
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, '']))

describe('what zod finds wrong is told in Chinese and in English', () => {
  it.each<[what: string, schema: z.ZodType, input: unknown, zh: string, en: string]>([
    ['what is missing', z.string(), undefined, '必须填写', 'must be given'],
    ['a number for a text', z.string(), 1, '须为文本，不能是数字', 'must be a text, not a number'],
    ['no number for a text', z.string(), NaN, '须为文本，不能是非数字', 'must be a text, not no number'],
    ['a text for a number', z.number(), 'x', '须为数字，不能是文本', 'must be a number, not a text'],
    ['a fraction for a whole number', z.int(), 1.5, '须为整数', 'must be a whole number'],
    ['a text for a whole number', z.int(), 'x', '须为数字，不能是文本', 'must be a number, not a text'],
    [
      'nothing for a choice of two',
      z.boolean(),
      null,
      '须为是或否（true 或 false），不能是空值（null）',
      'must be true or false, not null',
    ],
    [
      'an object for a list',
      z.array(z.string()),
      {},
      '须为列表，不能是对象',
      'must be a list, not an object',
    ],
    ['a list for a tuple', z.tuple([z.string()]), 'x', '须为列表，不能是文本', 'must be a list, not a text'],
    ['a list for an object', form, [], '须为对象，不能是列表', 'must be an object, not a list'],
    [
      'a list for a table',
      z.record(z.string(), z.string()),
      [],
      '须为对象，不能是列表',
      'must be an object, not a list',
    ],
    [
      'true for nothing',
      z.null(),
      true,
      '须为空值（null），不能是是或否（true 或 false）',
      'must be null, not true or false',
    ],
    [
      'a text for what is left out',
      z.undefined(),
      'x',
      '须为留空，不能是文本',
      'must be left out, not a text',
    ],
    ['a text for a date', z.date(), 'x', '须为日期，不能是文本', 'must be a date, not a text'],
    ['what JSON does not have', z.string(), () => '', '须为文本', 'must be a text'],
    [
      'a text for what JSON does not have',
      z.map(z.string(), z.string()),
      'x',
      '须为其他类型的值，不能是文本',
      'must be a value of another type, not a text',
    ],
    ['an empty text', z.string().min(1), '', '不能为空', 'must not be empty'],
    ['an empty list', z.array(z.string()).min(1), [], '不能为空', 'must not be empty'],
    ['a short text', z.string().min(2), 'x', '至少 2 个字符', 'must have at least 2 characters'],
    ['a long text', z.string().max(1), 'xx', '最多 1 个字符', 'must have at most 1 characters'],
    ['a short list', z.array(z.string()).min(2), [], '至少 2 项', 'must have at least 2 items'],
    ['a long list', z.array(z.string()).max(2), ['', '', ''], '最多 2 项', 'must have at most 2 items'],
    ['a small set', z.set(z.string()).min(2), new Set(), '至少 2 项', 'must have at least 2 items'],
    [
      'a small table',
      z.map(z.string(), z.string()).min(2),
      new Map([['', '']]),
      '至少 2 项',
      'must have at least 2 items',
    ],
    ['a large number', z.number().max(1), 2, '不得大于 1', 'must not be more than 1'],
    ['a number at a limit', z.number().lt(2), 2, '须小于 2', 'must be less than 2'],
    ['a small number', z.number().min(1), 0, '不得小于 1', 'must not be less than 1'],
    ['a number at the lower limit', z.number().gt(1), 1, '须大于 1', 'must be more than 1'],
    ['another word', z.literal('a'), 'b', '只能是a', 'must be a'],
    ['no word', z.literal('a'), undefined, '必须填写，只能是a', 'must be given, and must be a'],
    ['another number', z.literal([1, 2]), 3, '须为以下之一：1、2', 'must be one of: 1, 2'],
    [
      'a choice that there is none of, by what people call the others',
      size,
      'huge',
      '须为以下之一：大型（large）、小型（small）、S',
      'must be one of: large, a small one (small), S',
    ],
    [
      'a choice that there is none of, where nobody has words for the others',
      z.enum(['a', 'b']),
      'c',
      '须为以下之一：a、b',
      'must be one of: a, b',
    ],
    [
      'no choice',
      size,
      undefined,
      '必须填写，须为以下之一：大型（large）、小型（small）、S',
      'must be given, and must be one of: large, a small one (small), S',
    ],
    [
      'a key that a form does not have',
      form,
      { score: '', gold: '', x: 1 },
      '没有 "x" 这样的字段，可用的有：测评得分（score）、gold',
      'has no field "x"; its fields are: score of the assessment (score), gold',
    ],
    [
      'many such keys, of which five are told',
      z.strictObject({ gold: z.string().optional() }),
      keys(6),
      '没有 "k0"、"k1"、"k2"、"k3"、"k4" 这样的字段，可用的有：gold',
      'has no field "k0", "k1", "k2", "k3", "k4"; its fields are: gold',
    ],
    [
      'a long key, of which the beginning is told',
      z.strictObject({}),
      { ['x'.repeat(61)]: 1 },
      `不应有 "${'x'.repeat(60)}"`,
      `must not have "${'x'.repeat(60)}": it has no fields`,
    ],
    [
      'keys of a form that has none',
      z.strictObject({}),
      { a: 1, b: 2 },
      '不应有 "a"、"b"',
      'must not have "a", "b": it has no fields',
    ],
    [
      'a key that a table by choices does not have',
      z.partialRecord(size, z.string()),
      { huge: '' },
      '没有 "huge" 这样的字段，可用的有：大型（large）、小型（small）、S',
      'has no field "huge"; its fields are: large, a small one (small), S',
    ],
    [
      'none of two forms',
      z.union([z.string(), form, z.array(z.string())]),
      1,
      '须为以下形式之一：文本；含 score, gold 的对象；列表',
      'must be one of: a text; an object with score, gold; a list',
    ],
    [
      'a form that has no name',
      z.union([z.string(), z.map(z.string(), z.string())]),
      1,
      '须为以下形式之一：文本',
      'must be one of: a text',
    ],
    [
      'a kind of event that there is none of',
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('claim') }),
        z.object({ type: z.literal('x') }),
      ]),
      { type: 'sing' },
      '须为以下之一：签收（claim）、x',
      'must be one of: claim, x',
    ],
    [
      'an event whose kind is a name of the language',
      z.discriminatedUnion('toString', [
        z.object({ toString: z.literal('claim') }),
        z.object({ toString: z.literal('x') }),
      ]),
      {},
      '必须填写，须为以下之一：签收（claim）、x',
      'must be given, and must be one of: claim, x',
    ],
    [
      'an event that does not say its kind',
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('claim') }),
        z.object({ type: z.literal('x') }),
      ]),
      { other: 'sing' },
      '必须填写，须为以下之一：签收（claim）、x',
      'must be given, and must be one of: claim, x',
    ],
    [
      'a name within a table, by what is wrong with it',
      z.record(z.string().max(1), z.string()),
      { ab: '' },
      '的名称最多 1 个字符',
      'has a name that must have at most 1 characters',
    ],
    [
      'a name within a table, by the first fault that is told in both languages',
      z.record(
        z
          .string()
          .refine(() => false, 'no')
          .max(1),
        z.string(),
      ),
      { ab: '' },
      '的名称最多 1 个字符',
      'has a name that must have at most 1 characters',
    ],
    [
      'a name within a table, of which nothing is known',
      z.record(
        z.string().refine(() => false, 'no'),
        z.string(),
      ),
      { ab: '' },
      '的名称不对',
      'has a name that is wrong',
    ],
  ])('%s', (_, schema, input, zh, en) => {
    expect(said(schema, input)).toEqual([zh, en])
  })

  it('of a document that is written key by key, by the keys alone', () => {
    expect(said(form, { score: '', gold: '', x: 1 }, explainDocumentIssue)).toEqual([
      '没有 "x" 这样的字段，可用的有：score、gold',
      'has no field "x"; its fields are: score, gold',
    ])
  })

  it.each<[string, z.ZodType, unknown]>([
    ['a format', z.email(), 'x'],
    ['a multiple', z.number().multipleOf(2), 3],
    ['an element', z.map(z.string(), z.string()), new Map([['a', 1]])],
  ])('and where it has a sentence of its own for %s, by that', (_, schema, input) => {
    const [zh, en, ...more] = said(schema, input) ?? []
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(en).toMatch(/^[\p{ASCII}]{5,}$/u)
    expect(more).toEqual([])
  })
})

describe('a message in both languages', () => {
  it('is taken apart again, and no other is', () => {
    expect(partsOf(inBoth('不行', 'will not do'))).toEqual({ zh: '不行', en: 'will not do' })
    for (const other of ['', 'will not do', 'one\ntwo\nthree']) expect(partsOf(other)).toBeUndefined()
  })
})

it('what somebody has written in signs of another script is quoted in an English sentence', () => {
  expect(quoteForeign('it is 渝北区 and not é')).toBe('it is "渝北区" and not "é"')
  expect(quoteForeign('plain')).toBe('plain')
})

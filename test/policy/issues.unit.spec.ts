import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { eventTypes } from '../../policy/case/events.ts'
import { inBoth, partsOf } from '../../policy/words/bilingual.ts'
import { subjects } from '../../policy/edition/subjects.ts'
import { Enterprise } from '../../policy/edition/application.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { nameOfInput } from '../../policy/edition/field-labels.ts'
import { explainIssue } from '../../policy/words/issue-words.ts'
import { readInput } from '../../policy/words/issues.ts'
import { anApplicationBody, anEnterprise, chongqing } from '../fixtures.ts'
import { bodyOf } from '../support/cases.ts'
import { allRoutes, formOfEvents } from '../support/routes.ts'

const hanzi = /\p{Script=Han}/u

function refusalOf(schema: z.ZodType, input: unknown): Refusal | undefined {
  try {
    readInput(schema, input)
    return undefined
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal
    throw error
  }
}

/** Without what the caller wrote, and without names of districts, which are Chinese in any language. */
function ownWords(en: string): string {
  return en.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').replace(/one of(?: the districts)?: .*/, '')
}

function expectBothLanguages(refusal: Refusal): void {
  expect(refusal).toMatchObject({ code: 'invalid-request', field: expect.any(String) })
  expect(refusal.issues?.length).toBeGreaterThan(0)
  for (const { zh, en } of refusal.issues ?? []) {
    expect(zh).toMatch(/^(「[^」]*」|请求内容|\S+ ).*\p{Script=Han}.*。$/u)
    expect(ownWords(en)).not.toMatch(hanzi)
    expect(en).toMatch(/\.$/)
    expect(`${zh}${en}`).not.toMatch(/undefined|\[object|不符合要求|is not right:/)
  }
}

const application = applicationSchema(chongqing.edition)
const event = formOfEvents

describe('a fault of a filing is told in both languages, with the name of the field in both', () => {
  it.each([
    [
      'full-width digits',
      { totalInvestment: '２６０００００' },
      'totalInvestment',
      /^「总投资（元）」（totalInvestment）须为以元计的金额，用半角数字/,
      /^“total investment \(yuan\)” \(totalInvestment\) must be an amount in yuan in plain digits/,
    ],
    [
      'a missing field',
      { name: undefined },
      'name',
      /^「项目名称」（name）必须填写。$/,
      /^“name of the project” \(name\) must be given\.$/,
    ],
    [
      'an unknown key',
      { colour: 'red' },
      'colour',
      /没有 "colour" 这样的字段，可用的有：项目名称（name）、.*佐证材料（evidence）/,
      /has no field "colour"; its fields are: name of the project \(name\), /,
    ],
    ['a date out of range', { startOn: '3021-01-01' }, 'startOn', /1900 至 2199/, /from 1900 to 2199/],
    [
      'a date that is none',
      { completeOn: '2027-02-30' },
      'completeOn',
      /^「申报的计划完工日期」（completeOn）须为/,
      /^“planned completion, as filed” \(completeOn\) must be a date/,
    ],
    [
      'a wrong value',
      { category: 'castle' },
      'category',
      /「项目类别」（category）须为以下之一：.*（equipment）/,
      /“category” \(category\) must be one of: .*\(equipment\)/,
    ],
    [
      'a kind of investment that there is none of',
      { investment: { gold: '1.00' } },
      'investment.gold',
      /没有 "gold" 这样的字段，可用的有：.*（software）/,
      /its fields are: .*software, /,
    ],
    ['too long', { name: '长'.repeat(201) }, 'name', /最多 200 个字符/, /at most 200 characters/],
    ['empty', { site: '  ' }, 'site', /不能为空/, /must not be empty/],
    [
      'a wrong type',
      { effects: 'productivity' },
      'effects',
      /须为列表，不能是文本/,
      /must be a list, not a text/,
    ],
    [
      'a number for an amount',
      { totalInvestment: 5 },
      'totalInvestment',
      /须为文本，不能是数字/,
      /must be a text, not a number/,
    ],
    [
      'an item of a list',
      { effects: ['productivity', 'fame'] },
      'effects.1',
      /「预期成效」第 2 项（effects.1）/,
      /“effects”, item 2 \(effects.1\)/,
    ],
    [
      'too many items',
      { evidence: Array.from({ length: 51 }, () => '一') },
      'evidence',
      /最多 50 项/,
      /at most 50 items/,
    ],
    [
      'a form within a list',
      { evidence: [{ kind: 'invoice', number: '' }] },
      'evidence.0.number',
      /「佐证材料编号或名称」（evidence.0.number）不能为空/,
      /must not be empty/,
    ],
    ['what cannot be seen', { name: '轧线\u200b' }, 'name', /看不见的字符/, /cannot be seen/],
    [
      'parts above the total',
      { totalInvestment: '1.00' },
      'totalInvestment',
      /不得少于各项投资之和/,
      /sum of the kinds/,
    ],
    [
      'another district',
      { district: '朝阳区' },
      'district',
      /须为以下区县之一：/,
      /must be one of the districts/,
    ],
  ])('%s', (_, change, field, zh, en) => {
    const refusal = refusalOf(application, { ...anApplicationBody(), ...change })
    expect(refusal?.field).toBe(field)
    expect(refusal?.issues?.[0]?.zh).toMatch(zh)
    expect(refusal?.issues?.[0]?.en).toMatch(en)
  })

  it('an enterprise has names of its own', () => {
    expect(refusalOf(Enterprise, { ...anEnterprise(), name: '' })?.issues).toMatchObject([
      { zh: '「企业名称」（name）不能为空。', en: '“name of the enterprise” (name) must not be empty.' },
    ])
  })

  it('an event that there is none of', () => {
    const refusal = refusalOf(event, { type: 'sing' })
    expect(refusal?.allowed?.toSorted()).toEqual(eventTypes.toSorted())
    expect(refusal?.issues?.[0]?.zh).toMatch(/「事项」（type）须为以下之一：.*签收（claim）/)
    expect(refusal?.issues?.[0]?.en).toMatch(/must be one of: .*take longer \(extendTime\)/)
    expect(refusalOf(event, {})?.issues?.[0]?.zh).toMatch(/必须填写，须为以下之一/)
  })
})

/** Every object that a schema has somewhere, with the path that leads to it. */
function fieldsOf(schema: z.core.$ZodType, path: string[] = []): string[][] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([key, value]) => [
      [...path, key],
      ...fieldsOf(value, [...path, key]),
    ])
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((each) => fieldsOf(each, path))
  if (schema instanceof z.ZodPipe) return [...fieldsOf(schema.in, path), ...fieldsOf(schema.out, path)]
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element, path)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return fieldsOf(schema.unwrap(), path)
  return []
}

const inputs = [
  ...allRoutes.flatMap(({ method, path, params, query, body }) =>
    Object.entries({ params, query, body }).flatMap(([part, schema]) =>
      // The body of an event is read by the edition of its case.
      schema && !(schema instanceof z.ZodUnknown)
        ? [{ what: `${part} of ${method} ${path}`, schema: schema as z.ZodType }]
        : [],
    ),
  ),
  { what: 'an event', schema: event as z.ZodType },
]

it.each(inputs)('every field has a name in both languages: $what', ({ schema }) => {
  for (const path of fieldsOf(schema))
    expect([path, nameOfInput(path, subjects.get(schema))]).toEqual([path, expect.anything()])
})

const good = [anApplicationBody(), anEnterprise(), ...eventTypes.map((type) => bodyOf(type))]
const names = [...new Set(inputs.flatMap(({ schema }) => fieldsOf(schema).map((path) => path.at(-1) ?? '')))]
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '',
      '２６０',
      'x'.repeat(3_000),
      '2021-13-01',
      '\u200b',
      null,
      true,
      -1,
      1.5,
      1e9,
      undefined,
    ),
    fc.array(tie('any'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...names, 'colour', '__proto__'), tie('any'), { maxKeys: 5 }),
}))['any']
const spoiled = fc
  .tuple(fc.constantFrom(...good), fc.constantFrom(...names), value)
  .map(([body, name, wrong]): unknown => ({ ...body, [name]: wrong }))

it.each(inputs)('whatever comes in, no fault is told in one language alone: $what', ({ schema }) => {
  let refused = 0
  fc.assert(
    fc.property(fc.oneof(value, spoiled), (input) => {
      const refusal = refusalOf(schema, input)
      if (!refusal) return
      refused += 1
      expectBothLanguages(refusal)
    }),
    { numRuns: 120 },
  )
  expect(refused).toBeGreaterThan(20)
})

/** One input for every code of zod's. */
const everyCode = {
  invalid_type: [z.string(), 1],
  too_big: [z.number().max(1), 2],
  too_small: [z.number().gt(1), 1],
  invalid_format: [z.email(), 'x'],
  not_multiple_of: [z.number().multipleOf(2), 3],
  unrecognized_keys: [z.strictObject({}), { a: 1 }],
  invalid_union: [z.union([z.string(), z.object({ a: z.string() })]), 1],
  invalid_key: [z.record(z.string().max(1), z.string()), { ab: '' }],
  invalid_element: [z.map(z.string(), z.string()), new Map([['a', 1]])],
  invalid_value: [z.enum(['a']), 'b'],
  custom: [z.string().refine(() => false, inBoth('不行', 'will not do')), ''],
} as const satisfies Record<z.core.$ZodIssue['code'], readonly [z.ZodType, unknown]>

it.each(Object.entries(everyCode))('zod’s %s has words in both languages', (code, [schema, input]) => {
  const [issue] = (schema as z.ZodType).safeParse(input, { error: explainIssue }).error?.issues ?? []
  const words = partsOf(issue?.message ?? '')
  expect(words?.zh).toMatch(hanzi)
  expect(words?.en).not.toMatch(hanzi)
  expect(code).toBe(code === 'invalid_element' ? code : issue?.code)
})

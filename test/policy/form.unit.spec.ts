import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { holds } from '../../policy/edition/conditions.ts'
import { Edition } from '../../policy/edition/edition.ts'
import { findEditionFaults } from '../../policy/edition/edition-faults.ts'
import { nameOfField, rankOfField } from '../../policy/edition/field-labels.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { planOf } from '../../policy/edition/plan.ts'
import { anApplicationBody, chongqing, readText } from '../fixtures.ts'
import { expectBothLanguages } from './broken-edition.ts'

const words = { zh: '字段', en: 'field' }
const of = [
  { id: 'a', zh: '甲', en: 'A' },
  { id: 'b', zh: '乙', en: 'B' },
]

/** A field of every type; the last is asked of those alone that say yes. */
const everyType = [
  { id: 'site', type: 'text', atMost: 40, as: 'site', ...words },
  { id: 'staff', type: 'number', atLeast: 1, atMost: 5000, ...words },
  { id: 'cost', type: 'money', atLeast: '1.00', atMost: '100.00', ...words },
  { id: 'rate', type: 'percent', atLeast: 10, ...words },
  { id: 'due', type: 'date', atLeast: '2022-01-01', atMost: '2022-12-31', as: 'completion', ...words },
  { id: 'mes', type: 'yesNo', ...words },
  { id: 'model', type: 'one', of, optional: true, ...words },
  { id: 'kinds', type: 'several', of, atLeast: 2, atMost: 3, ...words },
  { id: 'spent', type: 'amounts', of, as: 'parts', ...words },
  { id: 'proof', type: 'paper', ...words },
  { id: 'systems', type: 'text', copies: 2, when: 'application.mes', ...words },
]
const check = {
  at: 'cost',
  require: 'sum(application.spent) <= application.cost',
  zh: '不够',
  en: 'is not enough',
}

/** The edition of Chongqing with another form; nothing in it refers to the form, but for what is given. */
function withForm(form: unknown, more: object = { checks: [check] }): Edition {
  const { vocabulary: _vocabulary, categories, conditions, stages, ...rest } = chongqing.edition
  return Edition.parse({
    ...rest,
    form,
    categories: categories.map(({ branches: _branches, ...category }) => ({ ...category, requires: [] })),
    conditions: conditions.slice(0, 1),
    stages: stages.map((stage) => (stage.id === 'municipalReview' ? { ...stage, when: 'true' } : stage)),
    ...more,
  })
}

const edition = withForm(everyType)
const { name, uscc, district, category } = anApplicationBody()
const body = {
  name,
  uscc,
  district,
  category,
  site: '一号楼',
  staff: 12.5,
  cost: '100',
  rate: 99.99,
  due: '2022-06-30',
  mes: true,
  kinds: ['a', 'b'],
  spent: { a: '60', b: '40.00' },
  proof: '批文 1',
  systems: ['MES'],
}

/** The fields at which a body is refused. */
function faultsOf(overrides: object, under = edition): string[] {
  const parsed = applicationSchema(under).safeParse({ ...body, ...overrides })
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => String(path[0]))
}

it('the short form of 2021 is told to clients as it was before there was a long one', () => {
  const schema = applicationSchema(chongqing.edition)
  const told = {
    input: z.toJSONSchema(schema, { io: 'input' }),
    output: z.toJSONSchema(schema, { io: 'output' }),
  }
  expect(JSON.stringify(told)).toBe(
    JSON.stringify(JSON.parse(readText('test/policy/forms/chongqing-2021.json'))),
  )
})

describe('a form with a field of every type', () => {
  it('is right, and is read in its order, with null where a field was left out', () => {
    expect(findEditionFaults(edition)).toEqual([])
    const kept = applicationSchema(edition).parse(body)
    expect(Object.keys(kept)).toEqual([
      'name',
      'uscc',
      'district',
      'category',
      ...everyType.map(({ id }) => id),
    ])
    expect(kept).toMatchObject({ cost: '100.00', model: null, spent: { a: '60.00', b: '40.00' } })
    expect(planOf(edition, kept)).toMatchObject({ site: '一号楼', completion: '2022-06-30', total: null })
    expect(applicationSchema(edition)).toBe(applicationSchema(edition))
  })

  it.each<[what: string, overrides: object]>([
    ['site', { site: 'x'.repeat(41) }],
    ['site', { site: '' }],
    ['staff', { staff: 0.9 }],
    ['staff', { staff: 5000.1 }],
    ['cost', { cost: '0.99', spent: {} }],
    ['cost', { cost: '100.01' }],
    ['cost', { cost: '99.99' }],
    ['rate', { rate: 9.99 }],
    ['rate', { rate: 100.01 }],
    ['rate', { rate: 50.001 }],
    ['due', { due: '2021-12-31' }],
    ['due', { due: '2023-01-01' }],
    ['mes', { mes: null }],
    ['model', { model: 'c' }],
    ['kinds', { kinds: ['a'] }],
    ['kinds', { kinds: ['a', 'b', 'a', 'b'] }],
    ['spent', { spent: { c: '1' } }],
    ['proof', { proof: null }],
    ['systems', { systems: [] }],
    ['systems', { systems: ['a', 'b', 'c'] }],
    ['systems', { mes: false }],
  ])('refuses %s: %j', (field, overrides) => {
    expect(faultsOf(overrides)).toEqual([field])
  })

  it.each<object>([
    { mes: false, systems: [] },
    { model: 'b' },
    { staff: 1, rate: 10, due: '2022-01-01' },
    { staff: 5000, rate: 100, due: '2022-12-31' },
  ])('takes %j', (overrides) => {
    expect(faultsOf(overrides)).toEqual([])
  })

  it.each<[condition: string, overrides: object]>([
    ['application.staff > 12 && application.rate == percent("99.99")', {}],
    ['application.due <= date("2022-06-30") && application.cost == yuan("100")', {}],
    ['application.model == "" && application.systems == ["MES"]', {}],
    ['!application.mes && size(application.systems) == 0', { mes: false, systems: [] }],
    ['sum(application.spent) == sum(application.spent, ["a", "b"]) && "a" in application.kinds', {}],
  ])('is what conditions ask: %s', (condition, overrides) => {
    const application = applicationSchema(edition).parse({ ...body, ...overrides })
    expect(holds(edition, condition, { application })).toBe(true)
  })

  it('has its words with their units, and its order in lists', () => {
    expect(nameOfField(edition, 'application.cost')?.zh).toBe('字段（元）')
    expect(nameOfField(edition, 'application.rate')?.en).toBe('field (%)')
    expect(nameOfField(edition, 'application.spent.a')?.zh).toBe('字段：甲（元）')
    expect(nameOfField(edition, 'application.proof.number')?.zh).toBe('佐证材料编号或名称')
    const paths = everyType.map(({ id }) => `application.${id}`)
    expect(paths.toReversed().toSorted((a, b) => rankOfField(edition, a) - rankOfField(edition, b))).toEqual(
      paths,
    )
  })
})

describe('a form that is wrong is told where, in both languages', () => {
  const due = everyType[4]
  const text = { type: 'text', ...words }
  it.each<[path: string, form: object[], more?: object]>([
    ['form.1.id', [{ id: 'due', ...text }]],
    ['form.1.id', [{ id: 'uscc', ...text }]],
    ['form.1.atLeast', [{ id: 'x', ...text, atLeast: 201 }]],
    ['form.1.atLeast', [{ id: 'x', ...words, type: 'percent', atLeast: 101 }]],
    ['form.1.atLeast', [{ id: 'x', ...words, type: 'money', atLeast: '2', atMost: '1.99' }]],
    ['form.1.atLeast', [{ id: 'x', ...words, type: 'several', of, atLeast: 3 }]],
    ['form.1.of.1.id', [{ id: 'x', ...words, type: 'one', of: [of[0], of[0]] }]],
    ['form.1.as', [{ id: 'x', ...words, type: 'date', as: 'completion' }]],
    ['form.1.copies', [{ id: 'x', ...text, as: 'site', copies: 2 }]],
    ['form.1.when', [{ id: 'x', ...text, when: 'application.x == ""' }]],
    ['form.1.when', [{ id: 'x', ...text, when: 'application.due > 1' }]],
    ['form.1.when', [{ id: 'x', ...text, when: 'enterprise.legalPerson' }]],
    ['checks.0.at', [], { checks: [{ ...check, at: 'nowhere', require: 'true' }] }],
    ['checks.0.require', [], { checks: [{ ...check, at: 'due', require: 'application.nowhere' }] }],
  ])('%s of %j', (path, form, more = {}) => {
    const faults = findEditionFaults(withForm([due, ...form], more))
    expect(faults.map((fault) => fault.path.join('.'))).toEqual([path])
    for (const fault of faults) expectBothLanguages(fault)
  })

  it.each([
    [{ id: 'x', type: 'one', ...words }, 'of'],
    [{ id: 'x', type: 'date', of, ...words }, ''],
    [{ id: 'x', type: 'yesNo', atMost: 1, ...words }, ''],
  ])('%j does not even have the form', (field, path) => {
    const parsed = Edition.safeParse({ ...edition, form: [field] })
    expect(parsed.error?.issues.map((issue) => issue.path.slice(2).join('.'))).toEqual([path])
  })

  it('there is one form, and a project that is to be completed has a date for it', () => {
    const both = { ...chongqing.edition, form: edition.form }
    expect(findEditionFaults(both).map(({ path }) => path.join('.'))).toEqual(['vocabulary'])
    const faults = findEditionFaults(withForm([{ id: 'x', ...text }], {}))
    expect(faults.map(({ path }) => path.join('.'))).toEqual(['stages.5.completion'])
  })
})

/** Any field that may stand in any form, with a value that it takes. */
const field = fc.oneof(
  fc.tuple(fc.constant({ type: 'text' }), fc.stringMatching(/^[a-z]{1,20}$/)),
  fc.tuple(fc.constant({ type: 'number' }), fc.integer()),
  fc.tuple(fc.constant({ type: 'percent' }), fc.integer({ min: 0, max: 100 })),
  fc.tuple(
    fc.constant({ type: 'money' }),
    fc.nat().map((yuan) => `${yuan}.00`),
  ),
  fc.tuple(
    fc.constant({ type: 'date' }),
    fc.integer({ min: 1900, max: 2199 }).map((year) => `${year}-01-31`),
  ),
  fc.tuple(fc.constant({ type: 'yesNo' }), fc.boolean()),
  fc.tuple(fc.constant({ type: 'one', of }), fc.constantFrom('a', 'b')),
  fc.tuple(fc.constant({ type: 'several', of }), fc.subarray(['a', 'b'], { minLength: 1 })),
  fc.tuple(fc.constant({ type: 'amounts', of }), fc.constant({ a: '1.00' })),
  fc.tuple(fc.constant({ type: 'paper' }), fc.constant({ kind: 'invoice', number: '7' })),
)

it('whatever form it is, what fits it is taken and kept as it is, and what does not is refused at its field', () => {
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), fc.nat(), (drawn, pick) => {
      const fields = drawn.map(([each], at) => ({ id: `f${at}`, ...each, ...words }))
      const values = Object.fromEntries(drawn.map(([, value], at) => [`f${at}`, value]))
      const schema = applicationSchema(withForm(fields, {}))
      const whole = { name, uscc, district, category, ...values }
      expect(schema.parse(whole)).toEqual(whole)
      const wrong = `f${pick % drawn.length}`
      for (const value of [undefined, Symbol('none').toString().repeat(9) + '\u0000', -1.005, [[]]]) {
        const parsed = schema.safeParse({ ...whole, [wrong]: value })
        const isNumber = fields[pick % drawn.length]?.type === 'number' && typeof value === 'number'
        expect([wrong, value, parsed.success]).toEqual([wrong, value, isNumber])
      }
    }),
    { numRuns: 60 },
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Enterprise } from '../../policy/edition/application.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { anApplicationBody, anEnterprise, chongqing } from '../fixtures.ts'

const schema = applicationSchema(chongqing.edition)

/** The paths of the issues of a body, sorted; nothing if it is accepted. */
function faults(body: unknown): string[] {
  const parsed = schema.safeParse(body)
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.')).toSorted()
}

/** The paths of the issues of an entry of the register. */
function registerFaults(overrides: Record<string, unknown>): string[] {
  const parsed = Enterprise.safeParse({ ...anEnterprise(), ...overrides })
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'))
}

describe('an application that is right', () => {
  it('gets an empty list for what it leaves out, no cloud, and amounts with two decimals', () => {
    const { effects: _, ...body } = anApplicationBody({
      totalInvestment: '2600000',
      investment: { software: '1.5' },
    })
    expect(schema.parse(body)).toEqual({
      ...body,
      totalInvestment: '2600000.00',
      investment: { software: '1.50' },
      effects: [],
      informationSystems: [],
      cloudModel: null,
      designations: [],
      evidence: [],
    })
  })

  it('is the same when it is read again', () => {
    const kept = schema.parse(
      anApplicationBody({ evidence: ['发票 12', { kind: 'invoice', number: '031' }] }),
    )
    expect(schema.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
  })

  it.each([
    ['石柱县', '石柱县'],
    ['石柱土家族自治县', '石柱县'],
    ['渝北区', '渝北区'],
    ['彭水苗族土家族自治县', '彭水县'],
  ])('of %s belongs to %s', (district, kept) => {
    expect(schema.parse(anApplicationBody({ district })).district).toBe(kept)
  })

  it.each([
    [
      'parts as large as the total',
      { totalInvestment: '0.30', investment: { equipment: '0.1', software: '0.2' } },
    ],
    ['begun and completed in a day', { startOn: '2021-05-01', completeOn: '2021-05-01' }],
    ['no investment yet', { investment: {} }],
    ['no cloud, said openly', { cloudModel: null }],
  ])('may have %s', (_, overrides) => {
    expect(faults(anApplicationBody(overrides))).toEqual([])
  })
})

describe('an application that is wrong', () => {
  it.each([
    ['an unknown key', { nickname: 'x' }, ['']],
    ['money as a number', { totalInvestment: 2_600_000 }, ['totalInvestment']],
    ['money in a part as a number', { investment: { equipment: 1 } }, ['investment.equipment']],
    ['an exponent', { totalInvestment: '1e9' }, ['totalInvestment']],
    ['an exponent in a part', { investment: { equipment: '1e3' } }, ['investment.equipment']],
    ['a negative part', { investment: { equipment: '-1' } }, ['investment.equipment']],
    ['an unknown kind of investment', { investment: { wages: '1' } }, ['investment']],
    ['parts that are a fen more than the total', { totalInvestment: '1799999.99' }, ['totalInvestment']],
    ['an end before its beginning', { startOn: '2021-05-02', completeOn: '2021-05-01' }, ['completeOn']],
    ['a day that does not exist', { completeOn: '2021-02-29' }, ['completeOn']],
    ['a district of another city', { district: '成华区' }, ['district']],
    ['a district of the language', { district: 'constructor' }, ['district']],
    ['an unknown category', { category: 'castle' }, ['category']],
    ['an unknown effect', { effects: ['productivity', 'joy'] }, ['effects.1']],
    ['an unknown cloud', { cloudModel: 'cumulus' }, ['cloudModel']],
    ['an unknown designation', { designations: ['best'] }, ['designations.0']],
    ['a name of spaces', { name: '  ' }, ['name']],
    ['a name without end', { name: '长'.repeat(201) }, ['name']],
    ['a code that is none', { uscc: '91500112MA5ABCD19' }, ['uscc']],
    ['evidence of an unknown kind', { evidence: [{ kind: 'rumour', number: '1' }] }, ['evidence.0']],
    ['too much evidence', { evidence: Array.from({ length: 51 }, () => 'x') }, ['evidence']],
  ])('has %s', (_, overrides, paths) => {
    expect(faults(anApplicationBody(overrides))).toEqual(paths)
  })

  it('misses what it must say', () => {
    expect(faults({})).toEqual(
      [
        'name',
        'uscc',
        'district',
        'category',
        'site',
        'startOn',
        'completeOn',
        'totalInvestment',
        'investment',
      ].toSorted(),
    )
  })

  it('has issues, and never throws, whatever JSON it is', () => {
    const keys = Object.keys(schema.parse(anApplicationBody()))
    const key = fc.constantFrom(...keys, '__proto__', 'toString')
    const money = fc.oneof(fc.constantFrom('1e3', '-1', '', '1.234', '9'.repeat(40)), fc.jsonValue())
    const parts = fc.dictionary(fc.constantFrom('equipment', 'software', 'wages', '__proto__'), money)
    const value = fc.oneof(fc.jsonValue(), money, parts)
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 4 }), (changes) => {
        const body: unknown = JSON.parse(
          JSON.stringify({ ...anApplicationBody(), ...Object.fromEntries(changes) }),
        )
        expect(() => schema.safeParse(body)).not.toThrow()
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(() => schema.safeParse(body)).not.toThrow()
      }),
    )
  })
})

describe('what the register says of an enterprise', () => {
  it.each(['C', 'C36', 'C361', 'C3610', 'D44'])('has an industry such as %s', (industry) => {
    expect(registerFaults({ industry })).toEqual([])
  })

  it.each(['large', 'medium', 'small', 'micro'])('has the size %s', (size) => {
    expect(registerFaults({ size })).toEqual([])
  })

  it('has no other size', () => {
    expect(registerFaults({ size: 'huge' })).toEqual(['size'])
  })

  it.each(['xC36', 'C3', 'c36', '36', 'C36100', ''])('has no industry %j', (industry) => {
    expect(registerFaults({ industry })).toEqual(['industry'])
  })

  it('refuses a code that fails its check character', () => {
    expect(registerFaults({ uscc: '91350203M0001QAY9B' })).toEqual(['uscc'])
  })

  it('accepts such a code with a reason', () => {
    expect(registerFaults({ uscc: '91350203M0001QAY9B', codeException: '证照原件核对无误' })).toEqual([])
    expect(registerFaults({ uscc: '91350203M0001QAY9B', codeException: ' ' })).toEqual(['codeException'])
  })

  it('accepts no reason for a code that has not even the form', () => {
    expect(registerFaults({ uscc: 'I', codeException: '证照原件核对无误' })).toEqual(['uscc'])
  })
})

describe('a paper that an application names', () => {
  const hash = '0123456789abcdef'.repeat(4)

  it.each(['invoice', 'contract', 'photo', 'report', 'other'])('is of the kind %s', (kind) => {
    expect(faults(anApplicationBody({ evidence: [{ kind, number: '1', sha256: hash }] }))).toEqual([])
  })

  it.each([hash.slice(1), `${hash}0`, hash.toUpperCase(), `${hash.slice(1)}g`, `x${hash}`, ''])(
    'has no SHA-256 %j',
    (sha256) => {
      const evidence = [{ kind: 'invoice', number: '1', sha256 }]
      expect(faults(anApplicationBody({ evidence }))).toEqual(['evidence.0.sha256'])
    },
  )
})

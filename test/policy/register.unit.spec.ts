import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Enterprise } from '../../policy/edition/application.ts'
import {
  registerChangesBetween,
  eligibilityFields,
  linkOfChange,
  needsSecond,
  type RegisterLine,
} from '../../policy/integrity/register.ts'
import { anEnterprise } from '../fixtures.ts'

const record = anEnterprise()
const anyRecord: fc.Arbitrary<Enterprise> = fc
  .record({
    name: fc.constantFrom('甲公司', '乙公司'),
    district: fc.constantFrom('渝北区', '江北区'),
    registeredInCity: fc.boolean(),
    legalPerson: fc.boolean(),
    industry: fc.constantFrom('C36', 'C3453'),
    size: fc.constantFrom('large', 'medium', 'small', 'micro'),
  })
  .map((fields) => ({ ...record, ...fields }))

it('names each field that differs, and no other', () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, (before, after) => {
      const fields = Object.keys(after) as (keyof Enterprise)[]
      const differing = fields.filter((field) => before[field] !== after[field])
      const changes = registerChangesBetween(before, after)
      expect(changes.map(({ field }) => field).toSorted()).toEqual(differing.toSorted())
      for (const { field, before: was, after: is } of changes)
        expect([was, is]).toEqual([before[field], after[field]])
    }),
  )
})

it('asks for a second administrator exactly where eligibility is touched of what is in the register', () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, (before, after) => {
      const touched = eligibilityFields.some((field) => before[field] !== after[field])
      expect(needsSecond(before, after)).toBe(touched)
      expect(needsSecond(null, after)).toBe(false)
    }),
  )
})

it('tells all of a record that is new, and nothing where a field stays empty', () => {
  expect(
    registerChangesBetween(null, record).map(({ field, before, after }) => [field, before, after]),
  ).toEqual(['name', ...eligibilityFields].map((field) => [field, null, record[field as keyof Enterprise]]))
})

it.each([
  ['name', { name: '丙公司' }, false],
  ['codeException', { codeException: '老企业代码' }, false],
  ['district', { district: '江北区' }, true],
  ['registeredInCity', { registeredInCity: !record.registeredInCity }, true],
  ['legalPerson', { legalPerson: !record.legalPerson }, true],
  ['industry', { industry: 'C13' }, true],
  ['size', { size: 'micro' as const }, true],
])('a change of %s alone is told as one', (field, change, isForTwo) => {
  const after = { ...record, ...change }
  expect(registerChangesBetween(record, after).map((each) => each.field)).toEqual([field])
  expect(needsSecond(record, after)).toBe(isForTwo)
})

it('binds everything that is told of a change', () => {
  const line: RegisterLine = {
    uscc: record.uscc,
    revision: 2,
    by: { user: 'adm-1', role: 'administrator' },
    approvedBy: 'adm-2',
    reason: '更正',
    request: 'r-1',
    at: '2021-03-01T00:00:00.000Z',
    before: record,
    after: { ...record, legalPerson: false },
    previous: null,
  }
  const altered: Partial<RegisterLine>[] = [
    { revision: 3 },
    { by: { user: 'adm-3', role: 'administrator' } },
    { approvedBy: null },
    { reason: null },
    { request: 'r-2' },
    { at: '2021-03-01T00:00:00.001Z' },
    { before: null },
    { after: record },
    { previous: 'sha256:0' },
    { uscc: '91500105MA5TEUT05A' },
  ]
  expect(new Set(Object.keys(line))).toEqual(new Set(altered.flatMap((each) => Object.keys(each))))
  for (const each of altered) expect(linkOfChange({ ...line, ...each })).not.toBe(linkOfChange(line))
})

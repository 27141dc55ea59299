import { expect, it } from 'vitest'
import { sharedRules } from '../../policy/case/shared-rules.ts'
import { chongqing, cn } from '../fixtures.ts'

const { edition } = chongqing
const copy = <T>(value: T): T => structuredClone(value)

it('cases under rules of the same content have the same copy of them', () => {
  const one = sharedRules(edition, cn, undefined)
  const other = sharedRules(copy(edition), copy(cn), undefined)
  expect(other).toBe(one)
  expect(other.process.machine).toBe(one.process.machine)
})

it.each([
  ['another edition', { ...edition, title: { zh: '别的', en: 'another' } }, cn, undefined],
  ['another calendar', edition, { ...cn, off: [...cn.off, '2021-03-02'] }, undefined],
  ['days of a district', edition, cn, { off: ['2021-03-02'], worked: [] }],
] as const)('%s is not taken for it', (_what, otherEdition, calendar, local) => {
  const found = sharedRules(
    otherEdition,
    calendar as typeof cn,
    local && copy({ off: [...local.off], worked: [] }),
  )
  expect(found).not.toBe(sharedRules(edition, cn, undefined))
  expect(found).toMatchObject({ edition: otherEdition, calendar })
})

it('no more is kept than a worker needs', () => {
  const years = Array.from({ length: 201 }, (_, index) => ({ ...edition, year: 3_000 + index }))
  const [first] = years.map((each) => sharedRules(each, cn, undefined))
  const [oldest] = years
  expect(oldest && sharedRules(oldest, cn, undefined)).not.toBe(first)
})

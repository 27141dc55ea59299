import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPrng } from '../../../tools/simulation/prng.ts'

const throws = (...name: (string | number)[]) => {
  const prng = createPrng(...name)
  return Array.from({ length: 20 }, () => prng.whole([0, 1_000_000]))
}

it('the same name throws the same, another name something else', () => {
  expect(throws(1, 'a')).toEqual(throws(1, 'a'))
  expect(throws(1, 'a')).not.toEqual(throws(1, 'b'))
  expect(throws(2, 'a')).not.toEqual(throws(1, 'a'))
})

it('a whole number lies within its range, ends included', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(50), fc.nat(5), (name, from, more) => {
      const prng = createPrng(name)
      const found = new Set(Array.from({ length: 400 }, () => prng.whole([from, from + more])))
      expect([...found].toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: more + 1 }, (_, at) => from + at),
      )
    }),
    { numRuns: 50 },
  )
})

it('shares come out as they are given', () => {
  const prng = createPrng('shares')
  const found = { often: 0, seldom: 0, never: 0 }
  for (let thrown = 0; thrown < 10_000; thrown += 1)
    found[prng.pick({ often: 0.9, seldom: 0.1, never: 0 })] += 1
  expect(found.never).toBe(0)
  expect(found.seldom).toBeGreaterThan(850)
  expect(found.seldom).toBeLessThan(1150)
  expect(() => prng.pick({ nothing: 0 })).toThrow(RangeError)
})

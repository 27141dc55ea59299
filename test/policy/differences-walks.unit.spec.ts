import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differencesBetween, type Version } from '../../policy/case/differences.ts'
import type { Step } from '../../policy/case/lifecycle.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { nameOfField } from '../../policy/edition/field-labels.ts'
import { people } from '../fixtures.ts'
import { lives } from './lives.ts'

const { auditor } = people

const plain = (edition: Edition, { state }: Step): Version => ({
  edition,
  state,
  certificate: null,
  calendars: { country: 1, local: 0 },
})
const renewed = (edition: Edition, step: Step): Version => ({
  ...plain(edition, step),
  certificate: 'CQ-1',
  calendars: { country: 2, local: 1 },
})

describe.each(lives)('whatever happens under $name', ({ process, lives: all }) => {
  it('every field that changes has a name, and every change of a shown case is found', () => {
    const known = new Set<string>()
    fc.assert(
      fc.property(all, fc.nat(1000), (steps, at) => {
        const first = steps[0]
        const pairs = steps.slice(1).flatMap((step, index) => [[steps[index], step] as const])
        for (const [a, b] of [...pairs, [first, steps[at % steps.length]] as const]) {
          if (!a || !b) continue
          for (const { path, name, from, to } of differencesBetween(
            plain(process.edition, a),
            renewed(process.edition, b),
            auditor,
          )) {
            expect(from).not.toEqual(to)
            expect([path, nameOfField(process.edition, path)]).not.toContain(undefined)
            expect(name.zh + name.en).not.toMatch(/\{\}|@|undefined/)
            known.add(path.replaceAll(/\d{4}\w*/g, '*'))
          }
        }
      }),
      { numRuns: 25 },
    )
    expect(known.size).toBeGreaterThan(10)
  }, 60_000)
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readModelEdition } from '../../../server/editions.ts'
import { syntheticCases } from '../../../local/demo/synthetic.ts'

const edition = readModelEdition()
const datesOf = () =>
  syntheticCases(edition, 60).map(({ application: { startOn, completeOn } }) => ({
    startOn: String(startOn),
    completeOn: String(completeOn),
  }))

describe.each(['2021-02-01', '2024-02-29', '2026-01-01', '2026-11-30', '2031-12-31'])(
  'made up on %s',
  (today) => {
    beforeEach(() => vi.useFakeTimers({ now: new Date(`${today}T12:00:00+08:00`) }))
    afterEach(() => vi.useRealTimers())

    it('no project is overdue when it is certified: it completes after today, within four years', () => {
      for (const { completeOn } of datesOf()) {
        expect(completeOn > today).toBe(true)
        expect(Number(completeOn.slice(0, 4)) - Number(today.slice(0, 4))).toBeLessThanOrEqual(3)
      }
    })

    it('each begins before it completes, and within two years of today', () => {
      for (const { startOn, completeOn } of datesOf()) {
        expect(startOn < completeOn).toBe(true)
        expect(Math.abs(Number(startOn.slice(0, 4)) - Number(today.slice(0, 4)))).toBeLessThanOrEqual(2)
      }
    })
  },
)

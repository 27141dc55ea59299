import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { nextDigestInstant, nextMorningsDigest, nextWakingInstant } from '../../policy/time/quiet-hours.ts'

const at = (local: string) => Date.parse(`${local}+08:00`)
const shown = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, -1)

const zone = environment['TZ']
afterEach(() => {
  if (zone === undefined) delete environment['TZ']
  else environment['TZ'] = zone
})

describe.each([
  ['Asia/Shanghai', -480],
  ['UTC', 0],
  ['America/Los_Angeles', 480],
  ['Pacific/Kiritimati', -840],
])('on a host in %s', (tz, offset) => {
  it('the host does count otherwise', () => {
    environment['TZ'] = tz
    expect(new Date(2021, 0, 1).getTimezoneOffset()).toBe(offset)
  })

  it.each([
    ['2021-04-09T00:00:00.000', '2021-04-09T08:00:00.000'],
    ['2021-04-09T07:59:59.999', '2021-04-09T08:00:00.000'],
    ['2021-04-09T08:00:00.000', '2021-04-09T08:00:00.000'],
    ['2021-04-09T12:34:56.789', '2021-04-09T12:34:56.789'],
    ['2021-04-09T19:59:59.999', '2021-04-09T19:59:59.999'],
    ['2021-04-09T20:00:00.000', '2021-04-10T08:00:00.000'],
    ['2021-04-09T23:59:59.999', '2021-04-10T08:00:00.000'],
    ['2021-12-31T22:00:00.000', '2022-01-01T08:00:00.000'],
    ['2024-02-28T21:00:00.000', '2024-02-29T08:00:00.000'],
  ])('what arises at %s goes out at %s', (from, to) => {
    environment['TZ'] = tz
    expect(shown(nextWakingInstant(at(from)))).toBe(to)
  })

  it.each([
    ['2021-04-09T00:00:00.000', '2021-04-09T08:30:00.000'],
    ['2021-04-09T08:15:00.000', '2021-04-09T08:30:00.000'],
    ['2021-04-09T08:30:00.000', '2021-04-09T08:30:00.000'],
    ['2021-04-09T14:00:00.000', '2021-04-09T14:00:00.000'],
    ['2021-04-09T20:00:00.000', '2021-04-10T08:30:00.000'],
  ])('what arises at %s and waits for the digest goes out at %s', (from, to) => {
    environment['TZ'] = tz
    expect(shown(nextDigestInstant(at(from)))).toBe(to)
  })

  it.each([
    ['2021-04-09T00:00:00.000', '2021-04-10T08:30:00.000'],
    ['2021-04-09T23:59:59.999', '2021-04-10T08:30:00.000'],
  ])('what is left at %s goes out at %s', (from, to) => {
    environment['TZ'] = tz
    expect(shown(nextMorningsDigest(at(from)))).toBe(to)
  })
})

it('never sends at night, never earlier than asked, and never later than half a day after', () => {
  fc.assert(
    fc.property(fc.integer({ min: at('2000-01-01T00:00'), max: at('2100-01-01T00:00') }), (ms) => {
      const wakes = nextWakingInstant(ms)
      const minutes = (wakes - at(`${shanghaiDate(wakes)}T00:00`)) / 60_000
      expect(minutes).toBeGreaterThanOrEqual(480)
      expect(minutes).toBeLessThan(1200)
      expect(wakes - ms).toBeGreaterThanOrEqual(0)
      expect(wakes - ms).toBeLessThanOrEqual(12 * 3_600_000)
      expect(nextWakingInstant(wakes)).toBe(wakes)
      expect(nextDigestInstant(ms)).toBeGreaterThanOrEqual(wakes)
    }),
  )
})

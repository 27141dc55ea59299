import { afterEach, describe, expect, it } from 'vitest'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { given } from './given.ts'

const { clerk, verifier, reviewer } = people
const anyForm = { startOn: '2019-01-01', completeOn: '2030-12-31' }
const inReview = (on: string) =>
  given(chongqing, on)
    .filed(clerk, anEnterprise(), anApplication({ ...anyForm, ...large }))
    .when(clerk, 'completeAssessment', 'submit')
    .when(verifier, 'claim', 'approve')
    .when(reviewer, 'claim')

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const live = () =>
  inReview('2021-03-01')
    .on('2021-03-10')
    .when(reviewer, 'suspend')
    .on('2021-04-06')
    .when(reviewer, 'resume', 'extendTime', 'approve')
    .until('2022-12-31').steps

/** The life, as a machine of a zone lives it. */
const inZone = (name: string) => {
  process.env['TZ'] = name
  return [new Date(0).getTimezoneOffset(), JSON.stringify(live())]
}

describe('the zone of the machine', () => {
  it('is not that of the rules while they are tested', () => {
    expect(new Date(2021, 0, 15).getTimezoneOffset()).toBe(300)
  })

  it('does not matter', () => {
    const zones = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Shanghai', 'Asia/Kathmandu'].map(
      inZone,
    )
    expect(new Set(zones.map(([offset]) => offset)).size).toBeGreaterThan(3)
    expect(new Set(zones.map(([, steps]) => steps)).size).toBe(1)
  })
})

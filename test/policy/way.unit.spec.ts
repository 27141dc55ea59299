import { describe, expect, it } from 'vitest'
import { mermaidOf } from '../../policy/way-mermaid.ts'
import { svgOf } from '../../policy/way-svg.ts'
import { wayOf } from '../../policy/way.ts'
import { anApplication, anEnterprise, chongqing, people } from '../fixtures.ts'
import { given, type Journey } from './given.ts'

const { clerk, verifier } = people

const journey = given(chongqing, '2021-02-09')
  .filed(clerk, anEnterprise(), anApplication())
  .when(clerk, 'completeAssessment', 'submit')
  .on('2021-02-10')
  .when(verifier, 'claim', 'return')
  .on('2021-02-22')
  .when(clerk, 'resubmit')
  .when(verifier, 'claim', 'return')
  .on('2021-03-01')
  .when(clerk, 'resubmit')

const wayAt = ({ steps }: Journey, today: string) =>
  wayOf(
    chongqing,
    steps.map(({ entry }) => entry),
    today,
  )
const way = wayAt(journey, '2021-03-03')
const visit = (phase: string) => way.visits.find((each) => each.phase === phase)
const arrow = (from: string | null, type: string) =>
  way.arrows.find((each) => each.from === from && each.type === type)

describe('the way of a case', () => {
  it('has every stay in a phase, in days and in working days of the calendar', () => {
    expect(visit('districtVerification')).toEqual({
      phase: 'districtVerification',
      name: { zh: '区县核实', en: 'district verification' },
      times: 3,
      days: 3,
      workingDays: 3,
      isPresent: true,
      stays: [
        { entered: '2021-02-09', left: '2021-02-10', days: 1, workingDays: 1 },
        { entered: '2021-02-22', left: '2021-02-22', days: 0, workingDays: 0 },
        { entered: '2021-03-01', left: null, days: 2, workingDays: 2 },
      ],
    })
    // Spring Festival: 11 to 17 February are off, Saturday the 20th is worked.
    expect(visit('correction')?.stays[0]).toEqual({
      entered: '2021-02-10',
      left: '2021-02-22',
      days: 12,
      workingDays: 4,
    })
    expect(visit('municipalReview')).toMatchObject({ times: 0, days: 0, isPresent: false, stays: [] })
  })

  it('has the days on which each arrow was taken, and those that never were', () => {
    expect(arrow(null, 'file')).toMatchObject({ to: 'assessment', on: ['2021-02-09'] })
    expect(arrow('districtVerification', 'return')).toMatchObject({
      to: 'correction',
      on: ['2021-02-10', '2021-02-22'],
    })
    expect(arrow('districtVerification', 'reject')).toMatchObject({ to: 'rejected', on: [] })
    const taken = way.arrows.reduce((sum, { on }) => sum + on.length, 0)
    expect(taken).toBe(7)
  })

  it('spends nothing in an end', () => {
    const ended = wayAt(journey.on('2021-03-02').when(clerk, 'withdraw'), '2022-01-01')
    expect(ended.visits.find(({ phase }) => phase === 'withdrawn')).toMatchObject({
      isPresent: true,
      days: 0,
      stays: [{ entered: '2021-03-02', left: null, workingDays: 0 }],
    })
  })
})

describe('its diagram', () => {
  it('as Mermaid has Chinese names, counts with dates, and classes', () => {
    const lines = mermaidOf(way).split('\n')
    expect(lines[0]).toBe('stateDiagram-v2')
    expect(lines).toContain('  districtVerification --> correction: 退回 ×2（2021-02-10、2021-02-22）')
    expect(lines).toContain('  districtVerification --> rejected: 不予通过')
    expect(lines).toContain('  class districtVerification current')
    expect(lines).toContain('  class correction visited')
    expect(lines).toContain('  class revoked never')
  })

  it('as a picture has a title, a description, every phase, and nothing from elsewhere', () => {
    const svg = svgOf(way, { zh: '齿轮', en: 'p-1' })
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc"/)
    expect(svg).toContain('<title id="title">齿轮 · p-1</title>')
    expect(svg).toContain('当前 now: 区县核实 district verification')
    for (const { name } of way.visits) expect(svg).toContain(name.zh)
    expect(svg.match(/marker-end/g)).toHaveLength(4)
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|<style|style=|<script/)
  })

  it('escapes what people have written', () => {
    const svg = svgOf(way, { zh: '<script>alert("1")</script>&\u0000', en: "'" })
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp; · &#39;')
  })
})

import { describe, expect, it } from 'vitest'
import { mermaidOf } from '../../policy/diagram/trace-mermaid.ts'
import { svgOf } from '../../policy/diagram/trace-svg.ts'
import type { Trace } from '../../policy/diagram/trace.ts'
import { people } from '../fixtures.ts'
import { long, returned, traceAt } from './traces.ts'

const { clerk } = people
const trace = traceAt(returned, '2021-03-03')
const visit = (phase: string) => trace.visits.find((each) => each.phase === phase)
const arrow = (from: string | null, type: string) =>
  trace.arrows.find((each) => each.from === from && each.type === type)

describe('the trace of a case', () => {
  it('has every stay in a phase, in days and in working days of the calendar', () => {
    expect(visit('districtVerification')).toMatchObject({
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
    const taken = trace.arrows.reduce((sum, { on }) => sum + on.length, 0)
    expect(taken).toBe(7)
  })

  it('spends nothing in an end', () => {
    const ended = traceAt(returned.on('2021-03-02').when(clerk, 'withdraw'), '2022-01-01')
    expect(ended.visits.find(({ phase }) => phase === 'withdrawn')).toMatchObject({
      isPresent: true,
      days: 0,
      stays: [{ entered: '2021-03-02', left: null, workingDays: 0 }],
    })
  })
})

const longTrace = traceAt(long, '2021-12-01')

const seen = (state: string) =>
  longTrace.visits.find(({ phase }) => phase === 'certified')?.states.find((each) => each.state === state)
const times = ({ visits }: Trace, phase: string) =>
  Object.fromEntries(
    visits.find((each) => each.phase === phase)?.states.map((each) => [each.state, each.times]) ?? [],
  )

describe('the trace within a phase', () => {
  it('has a review as it was claimed and given back, and how often', () => {
    expect(times(trace, 'districtVerification')).toEqual({ unclaimed: 3, claimed: 2 })
    const states = trace.visits.find(({ phase }) => phase === 'districtVerification')?.states
    expect(states?.map(({ isPresent }) => isPresent)).toEqual([true, false])
    expect(times(trace, 'municipalReview')).toEqual({ unclaimed: 0, claimed: 0, suspended: 0 })
  })

  it('has supervision region by region, with extensions, a hearing, and what was late', () => {
    expect(times(longTrace, 'certified')).toMatchObject({
      'construction.extensionDecision.claimed': 2,
      'construction.overdue': 2,
      'construction.hearing': 1,
      'construction.revocationDecision.claimed': 1,
      'reporting.late': 1,
      held: 1,
    })
    expect(seen('construction.hearing')?.stays).toEqual([
      { entered: '2021-11-10', left: '2021-11-20', days: 10, workingDays: 7 },
    ])
    expect(seen('held')?.stays).toMatchObject([{ entered: '2021-07-01', left: '2021-07-05', days: 4 }])
    expect(seen('reporting.late')).toMatchObject({ region: 'reporting', isPresent: true })
    expect(seen('construction.overdue')).toMatchObject({ region: 'construction', isPresent: true })
  })

  it('has what led from one state to another', () => {
    const { transitions = [] } = longTrace.visits.find(({ phase }) => phase === 'certified') ?? {}
    const grant = transitions.find(({ type }) => type === 'grantExtension')
    expect(grant).toMatchObject({
      from: 'construction.extensionDecision.claimed',
      on: ['2021-05-12', '2021-07-20'],
    })
    expect(new Set(transitions.map(({ type }) => type))).toContain('overdue')
  })

  it('goes by the state of the case where its first lines are not known', () => {
    const lines = long.steps.slice(-2).map(({ entry }) => entry)
    const { visits } = traceAt(long, '2021-12-01', lines)
    const now = visits.filter(({ isPresent }) => isPresent)
    expect(now).toMatchObject([{ phase: 'certified', times: 0 }])
    expect(now[0]?.states.filter(({ isPresent }) => isPresent).map(({ state }) => state)).toEqual([
      'construction.overdue',
      'reporting.late',
    ])
  })
})

describe('its diagram', () => {
  it('as Mermaid has Chinese names, counts with dates, and classes', () => {
    const lines = mermaidOf(trace, 'phase').split('\n')
    expect(lines[0]).toBe('stateDiagram-v2')
    expect(lines).toContain('  districtVerification: 区县核实')
    expect(lines).toContain('  districtVerification --> correction: 退回 ×2（2021-02-10、2021-02-22）')
    expect(lines).toContain('  districtVerification --> rejected: 不予通过')
    expect(lines).toContain('  class districtVerification current')
    expect(lines).toContain('  class correction visited')
    expect(lines).toContain('  class revoked never')
    expect(lines.filter((line) => line.endsWith('{'))).toEqual([])
  })

  it('as Mermaid has the states within a phase that was visited, region by region', () => {
    const lines = mermaidOf(longTrace, 'state').split('\n')
    const from = lines.indexOf('  state "认定入库" as certified {')
    const body = lines.slice(from, lines.indexOf('  }', from))
    expect(body).toContain('    certified_construction_extensionDecision_claimed: 延期审批·已签收')
    expect(body).toContain('    [*] --> certified_construction_building')
    expect(body).toContain(
      '    certified_construction_hearing --> certified_construction_revocationDecision_unclaimed: 陈述申辩 ×1（2021-11-20）',
    )
    expect(body.indexOf('    --')).toBeLessThan(body.indexOf('    [*] --> certified_reporting_current'))
    expect(lines).toContain('  note right of certified: 暂停办理 ×1（2021-07-01）')
    expect(lines).toContain('  class certified_construction_overdue current')
    expect(lines).toContain('  municipalReview: 市级认定')
  })

  it.each(['phase', 'state'] as const)(
    'as a picture (%s) has a title, a description, every phase, and nothing from elsewhere',
    (detail) => {
      const svg = svgOf(trace, { zh: '齿轮', en: 'p-1' }, { detail })
      expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc"/)
      expect(svg).toContain('<title id="title">齿轮 · p-1</title>')
      expect(svg).toContain('当前 now: 区县核实 district verification')
      for (const { name } of trace.visits) expect(svg).toContain(name.zh)
      expect(svg.match(/marker-end/g)).toHaveLength(detail === 'phase' ? 4 : 5)
      expect(svg.includes('待签收 unclaimed ×3')).toBe(detail === 'state')
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|<style|style=|<script/)
    },
  )

  it('as a picture stays as wide as a phone, with all that a long life has seen', () => {
    const svg = svgOf(longTrace, { zh: '齿轮', en: 'p-1' }, { detail: 'state' })
    const [, width] = /viewBox="0 0 (\d+) /.exec(svg) ?? []
    expect(Number(width)).toBeLessThanOrEqual(430)
    for (const words of ['延期审批 extension being decided', '暂停办理 held', '进展填报 reporting'])
      expect(svg).toContain(words)
    expect(svg).toContain('当前 now: 认定入库')
  })

  it('says what it is not drawn from', () => {
    const svg = svgOf(trace, { zh: '齿轮', en: 'p-1' }, { detail: 'state', linesLeft: 7 })
    expect(svg).toContain('较早的 7 步未画出')
  })

  it('escapes what people have written', () => {
    const svg = svgOf(trace, { zh: '<script>alert("1")</script>&\u0000', en: "'" }, { detail: 'state' })
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp; · &#39;')
  })
})

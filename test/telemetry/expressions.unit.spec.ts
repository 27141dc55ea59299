import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../api/http/metrics.ts'
import { stuckGauge } from '../../api/operations/stuck-gauge.ts'
import { gauges } from '../../telemetry/gauges.ts'
import { createRecordGauges } from '../../telemetry/scrape.ts'
import { labelsScraped, metricsIn, readAlerts, readBoards, unknownLabels } from './expressions.ts'

const unknownRecord = (): never => {
  throw new Error('there is no record here')
}

const manual = readFileSync(new URL('../../docs/observability.md', import.meta.url), 'utf8')

describe('what reads the names of metrics', () => {
  it.each([
    ['max by (role) (a_days{role="district"}) > 30', ['a_days']],
    ['sum(rate(a_count{status=~"5.."}[10m])) / sum(rate(b_count[10m])) > 0.02', ['a_count', 'b_count']],
    ['histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m])))', ['a_bucket']],
    ['(max(a) > 1800) and on() (hour() >= 1)', ['a']],
    ['60 * a offset 5m or up', ['a', 'up']],
  ])('%s', (expr, names) => {
    expect(metricsIn(expr)).toEqual(names)
  })
})

describe('what reads labels', () => {
  const series = labelsScraped(
    'a_count{status="200",route="/x{y}"} 1\n# TYPE b gauge\nb 2\nc_bucket{le="1"} 1 ',
  )

  it.each([
    ['sum by (route) (rate(a_count{status=~"5.."}[10m]))', ['{{route}}']],
    ['histogram_quantile(0.99, sum by (le) (rate(c_bucket[5m])))', []],
    ['max(b) > 1 and on() (hour() >= 1)', ['in plain words']],
  ])('finds nothing wrong in %s', (expr, words) => {
    expect(unknownLabels(expr, words, series)).toEqual([])
  })

  it.each([
    ['sum by (path) (a_count)', [], ['path']],
    ['sum(a_count{stauts="200"})', [], ['stauts']],
    ['sum by (route) (b)', [], ['route']],
    ['a_count + on() b{status="200"}', [], ['status']],
    ['sum by (route) (a_count)', ['{{ $labels.status }}'], ['status']],
  ])('finds the label in %s that is not there', (expr, words, labels) => {
    expect(unknownLabels(expr, words, series)).toEqual(labels)
  })
})

it('each alert says what it means in Chinese and English, what to do, and is in the manual', () => {
  const alerts = readAlerts()
  expect(alerts.length).toBeGreaterThan(10)
  for (const { annotations } of alerts) {
    expect(annotations['summary']).toMatch(/\p{Script=Han}/u)
    expect(annotations['summary_en']).toMatch(/^[\u0020-\u007e]{20,}$/)
    expect(annotations['runbook']).toMatch(/^[\u0020-\u007e]{40,}\.$/)
  }
  const told = [...manual.matchAll(/^\| `(Zhigai\w+)`/gm)].map(([, name = '']) => name)
  expect(told.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted())
})

it('each dashboard asks something in every panel', () => {
  const boards = readBoards()
  expect(boards).toHaveLength(2)
  for (const { targets, title } of boards.flatMap(({ panels }) => panels)) {
    expect(title).toMatch(/ · /)
    expect(targets.flatMap(({ expr }) => metricsIn(expr)).length).toBeGreaterThanOrEqual(targets.length)
  }
})

it('the manual lists the metrics of ours that there are, with their labels, and no others', () => {
  const table = [...gauges, stuckGauge(unknownRecord)]
  const api = [createMetrics().registry, createRecordGauges(unknownRecord, table)].flatMap((registry) =>
    registry.getMetricsAsArray(),
  )
  const ours = api.filter(({ name }) => name.startsWith('zhigai_'))
  const labelsOf = new Map(table.map(({ name, labels }) => [name, labels]))
  const rows = [...manual.matchAll(/^\| `(zhigai_\w+)` +\| ([^|]*?) +\|/gm)]
  expect(rows.map(([, metric = '']) => metric).toSorted()).toEqual(
    ours.map((metric) => metric.name).toSorted(),
  )
  for (const [, metric = '', labels = ''] of rows)
    if (labelsOf.has(metric))
      expect([metric, labels.match(/\w+/g) ?? []]).toEqual([metric, [...(labelsOf.get(metric) ?? [])]])
})

import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const folder = new URL('../../deploy/observability/', import.meta.url)

/** An alert rule as Prometheus reads it. */
export type Alert = { alert: string; expr: string; for: string; annotations: Record<string, string> }

type Board = {
  title: string
  panels: { title: string; targets: { expr: string; legendFormat?: string }[] }[]
}

/** Every alert rule of deploy/observability. */
export function readAlerts(): Alert[] {
  const { groups } = parse(readFileSync(new URL('alerts.yml', folder), 'utf8')) as {
    groups: { rules: Alert[] }[]
  }
  return groups.flatMap(({ rules }) => rules)
}

/** Every dashboard of deploy/observability. */
export function readBoards(): Board[] {
  const boards = new URL('dashboards/', folder)
  return readdirSync(boards).map((name) => JSON.parse(readFileSync(new URL(name, boards), 'utf8')) as Board)
}

/** The names of the metrics in an expression of PromQL: what is no function, keyword, label, duration or number. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
  return [...bare.matchAll(/(?<![\w.])[a-z_:][\w:]*(?!\s*\(|[\w:])/gi)]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan'].includes(name.toLowerCase()))
}

/** The names of the series in what a scrape answers: `x_bucket`, `x_sum` and `x_count` of a histogram `x`. */
export function seriesIn(scraped: string): Set<string> {
  const types = [...scraped.matchAll(/^# TYPE (\S+) (\S+)/gm)]
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
    ),
  )
}

/** What an expression asks of labels: of one metric, or, where it groups or matches, of any (`null`). */
export function labelsIn(expr: string): [metric: string | null, label: string][] {
  const selected = [...expr.matchAll(/([a-z_:][\w:]*)\{([^}]*)\}/gi)].flatMap(
    ([, metric = '', inside = '']) =>
      [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']): [string, string] => [
        metric,
        label,
      ]),
  )
  const grouped = [...expr.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(
    ([, inside = '']) => (inside.match(/\w+/g) ?? []).map((label): [null, string] => [null, label]),
  )
  return [...selected, ...grouped]
}

/** The labels that a legend or an annotation names. */
export function labelsNamed(text: string): string[] {
  return [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label)
}

/** The labels of each series in what a scrape answers. */
export function labelsScraped(scraped: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, name = '', inside = ''] of scraped.matchAll(/^([a-z_:][\w:]*)(?:\{(.*)\})? /gim)) {
    const labels = found.get(name) ?? new Set()
    for (const [, label = ''] of inside.matchAll(/(\w+)="/g)) labels.add(label)
    found.set(name, labels)
  }
  return found
}

/** The labels that an expression, and the words about it, ask for and that no series has. */
export function unknownLabels(expr: string, words: string[], series: Map<string, Set<string>>): string[] {
  const ofAny = new Set(metricsIn(expr).flatMap((metric) => [...(series.get(metric) ?? [])]))
  const asked = labelsIn(expr).filter(([metric, label]) =>
    metric === null ? !ofAny.has(label) : !series.get(metric)?.has(label),
  )
  const kept = new Set(labelsIn(expr).flatMap(([metric, label]) => (metric === null ? [label] : [])))
  const said = words.flatMap(labelsNamed).filter((label) => !kept.has(label))
  return [...asked.map(([, label]) => label), ...said]
}

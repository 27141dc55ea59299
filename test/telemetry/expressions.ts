import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const folder = new URL('../../deploy/observability/', import.meta.url)

/** An alert rule as Prometheus reads it. */
export type Alert = { alert: string; expr: string; for: string; annotations: Record<string, string> }

type Board = { title: string; panels: { title: string; targets: { expr: string }[] }[] }

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

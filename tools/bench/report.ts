import { percentile, type Round } from './measure.ts'

/** What a lifecycle leaves in Temporal. */
export type Shape = { historyEvents: number; workflowTasks: number }

type Sides<T> = Record<'bare' | 'product', T>

const perSecond = ({ lifecycles, seconds }: Round) => lifecycles / seconds
const cpu = (round: Round, name: string) => (round.cpu[name] ?? 0) / round.lifecycles
const total = (round: Round) => Object.keys(round.cpu).reduce((sum, name) => sum + cpu(round, name), 0)

/** Prints the two sides of a comparison, with the ratio of each figure. */
export function printComparison(
  mode: string,
  { bare, product }: Sides<Round>,
  { alone, shapes, events }: { alone: Sides<Round>; shapes: Sides<Shape>; events: number },
): void {
  const processes = Object.keys(product.cpu)
  const rows: Row[] = [
    ['lifecycles per second', perSecond(bare), perSecond(product)],
    ['event p50, ms', percentile(bare.latencies, 0.5), percentile(product.latencies, 0.5)],
    ['event p99, ms', percentile(bare.latencies, 0.99), percentile(product.latencies, 0.99)],
    ['event p50 alone, ms', percentile(alone.bare.latencies, 0.5), percentile(alone.product.latencies, 0.5)],
    [
      'event p99 alone, ms',
      percentile(alone.bare.latencies, 0.99),
      percentile(alone.product.latencies, 0.99),
    ],
    ['CPU per lifecycle, ms', total(bare), total(product)],
    ...processes.map((name): Row => [`  ${name}`, cpu(bare, name), cpu(product, name)]),
    ...Object.entries(product.counts).map(([name, counted]): Row => [
      `${name} per lifecycle`,
      (bare.counts[name] ?? 0) / bare.lifecycles,
      counted / product.lifecycles,
    ]),
    ['history events per lifecycle', shapes.bare.historyEvents, shapes.product.historyEvents],
    ['workflow tasks per lifecycle', shapes.bare.workflowTasks, shapes.product.workflowTasks],
    ['workflow tasks per event', shapes.bare.workflowTasks / events, shapes.product.workflowTasks / events],
  ]
  printTable(
    `${mode}: ${bare.lifecycles} lifecycles of ${events} events on each side`,
    ['bare', 'product'],
    rows,
  )
}

/** A line of a table: what was measured, and its value on each side. */
export type Row = [name: string, ...values: number[]]

/** Prints figures side by side; beside each but the first, its ratio to the first. */
export function printTable(title: string, sides: string[], rows: Row[]): void {
  console.log(`\n${title}`)
  console.log(cells('', sides, sides.slice(1).fill('ratio')))
  for (const [name, first = 0, ...others] of rows) {
    const ratios = others.map((value) => (first === 0 ? '—' : (value / first).toFixed(2)))
    const values = [first, ...others].map((value) => value.toFixed(1))
    console.log(cells(name, values, ratios))
  }
}

function cells(name: string, [first = '', ...others]: string[], ratios: string[]): string {
  const pairs = others.flatMap((value, index) => [value.padStart(10), (ratios[index] ?? '').padStart(8)])
  return [name.padEnd(32), first.padStart(10), ...pairs].join('')
}

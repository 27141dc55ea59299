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
  shapes: Sides<Shape>,
  events: number,
): void {
  const processes = Object.keys(product.cpu)
  const rows: [string, number, number][] = [
    ['lifecycles per second', perSecond(bare), perSecond(product)],
    ['event p50, ms', percentile(bare.latencies, 0.5), percentile(product.latencies, 0.5)],
    ['event p99, ms', percentile(bare.latencies, 0.99), percentile(product.latencies, 0.99)],
    ['CPU per lifecycle, ms', total(bare), total(product)],
    ...processes.map((name): [string, number, number] => [`  ${name}`, cpu(bare, name), cpu(product, name)]),
    ['history events per lifecycle', shapes.bare.historyEvents, shapes.product.historyEvents],
    ['workflow tasks per lifecycle', shapes.bare.workflowTasks, shapes.product.workflowTasks],
    ['workflow tasks per event', shapes.bare.workflowTasks / events, shapes.product.workflowTasks / events],
  ]
  console.log(`\n${mode}: ${bare.lifecycles} lifecycles of ${events} events on each side`)
  console.log(`${''.padEnd(32)}${'bare'.padStart(10)}${'product'.padStart(10)}${'ratio'.padStart(8)}`)
  for (const [name, a, b] of rows) {
    const ratio = a === 0 ? '—' : (b / a).toFixed(2)
    console.log(
      `${name.padEnd(32)}${a.toFixed(1).padStart(10)}${b.toFixed(1).padStart(10)}${ratio.padStart(8)}`,
    )
  }
}

import { withBar as withAnyBar } from '../../local/bar.ts'

/** Shows on stderr how far a work of so many steps is; each step is told by `tick`. */
export function withBar<T>(
  label: string,
  total: number,
  work: (tick: (steps?: number) => void) => Promise<T>,
): Promise<T> {
  const format = `${label} {bar} {value}/{total} {duration_formatted}`
  return withAnyBar({ format, total, inLines: true }, (bar) => work((steps = 1) => bar.increment(steps)))
}

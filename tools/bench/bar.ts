import cliProgress from 'cli-progress'

/** Shows on stderr how far a work of so many steps is; each step is told by `tick`. */
export async function withBar<T>(
  label: string,
  total: number,
  work: (tick: (steps?: number) => void) => Promise<T>,
): Promise<T> {
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {value}/{total} {duration_formatted}`,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  )
  bar.start(total, 0)
  try {
    return await work((steps = 1) => bar.increment(steps))
  } finally {
    bar.stop()
  }
}

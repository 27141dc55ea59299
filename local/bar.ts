import cliProgress from 'cli-progress'

/** A bar on stderr. */
export type Bar = cliProgress.SingleBar

/** Shows on stderr how far a work is, by a bar in a terminal; elsewhere by nothing, or by a line now and then. */
export async function withBar<T>(
  { format, total = 0, inLines = false }: { format: string; total?: number; inLines?: boolean },
  work: (bar: Bar) => Promise<T>,
): Promise<T> {
  const bar = new cliProgress.SingleBar(
    { format, hideCursor: true, noTTYOutput: inLines, notTTYSchedule: 10_000, stream: process.stderr },
    cliProgress.Presets.shades_classic,
  )
  bar.start(total, 0, { status: '' })
  try {
    return await work(bar)
  } finally {
    bar.stop()
  }
}

import cliProgress from 'cli-progress'

const pause = 5_000

/** Shows how much of a download has come: a bar in a terminal, elsewhere a line now and then. */
export type DownloadProgress = { advance: (bytes: number) => void; end: () => void }

/** Begins to show a download; an unknown total shows what has come so far. */
export function showProgress(
  label: string,
  total: number | undefined,
  log: (line: string) => void,
): DownloadProgress {
  if (!process.stderr.isTTY || total === undefined) return inLines(label, total, log)
  const bar = new cliProgress.SingleBar(
    { format: `${label} {bar} {percentage} % of {megabytes} MB`, hideCursor: true, stream: process.stderr },
    cliProgress.Presets.shades_classic,
  )
  bar.start(total, 0, { megabytes: megabytes(total) })
  return { advance: (bytes) => bar.increment(bytes), end: () => bar.stop() }
}

function inLines(label: string, total: number | undefined, log: (line: string) => void): DownloadProgress {
  let come = 0
  const whole = total === undefined ? '' : ` of ${megabytes(total)}`
  const timer = setInterval(() => log(`${label}: ${megabytes(come)}${whole} MB`), pause)
  return { advance: (bytes) => (come += bytes), end: () => clearInterval(timer) }
}

/** Says every few seconds that something is still under way, while nothing else shows it. */
export async function whileWaiting<T>(
  label: string,
  log: (line: string) => void,
  work: Promise<T>,
): Promise<T> {
  const begun = Date.now()
  const timer = setInterval(() => log(`${label}: ${Math.round((Date.now() - begun) / 1000)} s`), pause)
  return work.finally(() => clearInterval(timer))
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}

import cliProgress from 'cli-progress'

/** A bar for stderr: in a terminal, nothing elsewhere. */
export function createBar(format: string): cliProgress.SingleBar {
  return new cliProgress.SingleBar(
    { format, hideCursor: true, noTTYOutput: false, stream: process.stderr },
    cliProgress.Presets.shades_classic,
  )
}

import { readReadyConfig, type ReadyConfig } from './config.ts'
import { reportFailure } from './user-error.ts'

const patience = 15_000

/** What a child process runs, and how it ends. */
export type Running = { stop(): Promise<void> }

/** Runs a process of its own beside the parent: says when it is ready, and ends when the parent asks or is gone. */
export async function runChild(
  main: (config: ReadyConfig, signal: AbortSignal) => Promise<Running>,
): Promise<void> {
  const ending = new AbortController()
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      ending.abort()
      setTimeout(() => process.exit(1), patience).unref()
      resolve()
    }
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, end)
  })
  try {
    const running = await main(readReadyConfig(), ending.signal)
    if (process.connected) process.send?.({ ready: true })
    await ended
    await running.stop()
    process.exit(0)
  } catch (error) {
    reportFailure(error)
    process.exit(1)
  }
}

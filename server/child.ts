import { createLogger } from '../telemetry/log.ts'
import { readReadyConfig, type ReadyConfig } from './config.ts'
import { UserError } from './user-error.ts'

const patience = 15_000

/** What a child process runs, and how it ends. */
export type Running = {
  /** Says goodbye before `stop`, for as long as others need to go elsewhere; cut short by a second request to end. */
  leave?(): Promise<void>
  stop(): Promise<void>
}

/** Runs a process of its own beside the parent: says when it is ready, and ends when the parent asks or is gone. */
export async function runChild(
  main: (config: ReadyConfig, signal: AbortSignal) => Promise<Running>,
): Promise<void> {
  // Rejections that nobody hears come here as well.
  process.on('uncaughtException', die)
  const { ending, ended, hurried } = watchForEnd()
  try {
    const running = await main(readReadyConfig(), ending)
    if (process.connected) process.send?.({ ready: true })
    await ended
    await Promise.race([running.leave?.(), hurried])
    setTimeout(() => process.exit(1), patience).unref()
    await running.stop()
    process.exit(0)
  } catch (error) {
    die(error)
  }
}

function die(error: unknown): never {
  report(error)
  process.exit(1)
}

/** In one line of JSON, as all that a child says, whatever its level of logging; only our own sentences are told as they are. */
function report(error: unknown): void {
  const logger = createLogger('fatal')
  if (error instanceof UserError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the process fails')
}

/** `ended` is fulfilled by the request to end, `hurried` by a further one, or when the parent is gone. */
function watchForEnd() {
  const ending = new AbortController()
  const hurry = new AbortController()
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      if (ending.signal.aborted) hurry.abort()
      ending.abort()
      resolve()
    }
    for (const event of ['SIGTERM', 'SIGINT']) process.on(event, end)
    process.on('disconnect', () => {
      hurry.abort()
      end()
    })
  })
  const hurried = new Promise<void>((resolve) => {
    hurry.signal.addEventListener('abort', () => resolve())
  })
  return { ending: ending.signal, ended, hurried }
}

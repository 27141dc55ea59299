import { createLogger } from '../telemetry/log.ts'
import { readReadyConfig, type ReadyConfig } from './config.ts'
import { UserError } from './user-error.ts'

const patience = 15_000

/** Why a child process ends: it is asked to, or another has taken its place. */
export type Reason = 'asked' | 'replaced'

/** What a child process runs, and how it ends. */
export type Running = {
  /** Says goodbye before `stop`, for as long as others need to go elsewhere; cut short by a second wish to end. */
  leave?(reason: Reason): Promise<void>
  stop(): Promise<void>
  /** Takes the work back: whoever was to take this one's place did not come up. */
  resume?(): Promise<void>
}

/** What a parent may tell a child beside signals. */
export type Word = 'leave' | 'resume'

/** Runs a process of its own beside the parent: says when it is ready, and ends when the parent asks or is gone. */
export async function runChild(
  main: (config: ReadyConfig, signal: AbortSignal) => Promise<Running>,
): Promise<void> {
  // Rejections that nobody hears come here as well.
  process.on('uncaughtException', die)
  const { ending, ended, hurried } = watchForEnd()
  try {
    const running = await main(readReadyConfig(), ending)
    process.on('message', (word: Word) => {
      if (word === 'resume') void running.resume?.().catch(report)
    })
    if (process.connected) process.send?.({ ready: true })
    const reason = await ended
    await Promise.race([running.leave?.(reason), hurried])
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

/** `ended` says why to end; `hurried` is fulfilled by a further wish, or when the parent is gone. */
function watchForEnd() {
  const ending = new AbortController()
  const hurry = new AbortController()
  const ended = new Promise<Reason>((resolve) => {
    const end = (reason: Reason) => {
      if (ending.signal.aborted) hurry.abort()
      ending.abort()
      resolve(reason)
    }
    for (const event of ['SIGTERM', 'SIGINT']) process.on(event, () => end('asked'))
    process.on('message', (word: Word) => word === 'leave' && end('replaced'))
    process.on('disconnect', () => {
      hurry.abort()
      end('asked')
    })
  })
  const hurried = new Promise<void>((resolve) => {
    hurry.signal.addEventListener('abort', () => resolve())
  })
  return { ending: ending.signal, ended, hurried }
}

import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

const program = fileURLToPath(new URL('./dispatcher.ts', import.meta.url))
/** Longer than a message is somebody's alone, so that what a killed dispatcher had in hand is taken up by the next. */
const shiftMs = 6 * 60_000

/** Dispatchers in processes of their own, one after another, whose clocks begin at an instant and are six minutes later each time. */
export function startDispatchers(mongoUri: string, smtpUrl: string) {
  let current: ChildProcess | undefined
  let beginsAt = 0

  async function employ(): Promise<void> {
    const child = fork(program, [mongoUri, smtpUrl, String(beginsAt)], { stdio: ['ignore', 2, 2, 'ipc'] })
    current = child
    await new Promise((resolve, reject) => child.once('message', resolve).once('exit', reject))
  }
  async function dismiss(): Promise<void> {
    if (!current || current.exitCode !== null || current.signalCode !== null) return
    const ended = new Promise((resolve) => current?.once('exit', resolve))
    current.kill('SIGKILL')
    await ended
  }
  /** The first, or one who begins on another day. */
  async function begin(atMs: number): Promise<void> {
    await dismiss()
    beginsAt = atMs
    await vi.waitFor(employ, { timeout: 60_000, interval: 500 })
  }
  return {
    begin,
    /** Kills him in the middle of what he is at, and employs the next, as soon as there is a database again. */
    replace: () => begin(beginsAt + shiftMs),
    dismiss,
  }
}

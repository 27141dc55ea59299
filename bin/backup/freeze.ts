import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ProcessIdentity } from '../engines/process.ts'
import { UserError } from '../user-error.ts'
import { thaw } from './freeze-note.ts'

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('still') }),
  z.object({ type: z.literal('over'), whole: z.boolean(), late: z.boolean() }),
])

type End = { whole: boolean; late: boolean }

/** Which engines are to stand still, in this order, the data folder they run on, and for how many milliseconds at most. */
export type Freeze = { dataDir: string; engines: ProcessIdentity[]; limitMs: number }

/**
 * Makes engines stand still, does the work and lets them go on; whatever becomes of this process, they go on after the limit. Throws if they did not stand still from the beginning of the work
 * to its end. Gives how long that was, in milliseconds.
 */
export async function whileFrozen(
  freeze: Freeze,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const { engines, limitMs } = freeze
  const child = fork(fileURLToPath(new URL('./freezer.js', import.meta.url)), [JSON.stringify(freeze)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const { still, ended, signal } = listen(child)
  try {
    await Promise.race([still, ended])
    const began = Date.now()
    // An end that came before has aborted it.
    if (!signal.aborted) await work(signal)
    if (child.connected) child.send('over', () => undefined)
    refuse(await ended, limitMs)
    return Date.now() - began
  } catch (error) {
    if (child.connected) child.send('over', () => undefined)
    const end = await ended
    if (signal.aborted) refuse(end, limitMs)
    throw error
  } finally {
    // Also when the freezer itself was killed.
    thaw(engines)
  }
}

function refuse({ whole, late }: End, limitMs: number): void {
  if (late)
    throw new UserError(
      `${limitMs / 1000} 秒内未能复制完毕，备份作废；可用 --at-most 放宽，或在停机时备份 · ` +
        `the copy was not done within ${limitMs / 1000} s and was given up; allow more with --at-most, or back up while stopped`,
    )
  if (!whole)
    throw new UserError(
      '复制期间引擎未全程静止，备份作废，请重试 · the engines did not stand still all the while, so the copy was given up; try again',
    )
}

/** `ended` is how it ended, also when the freezer was killed; `signal` is aborted when it ended before it was asked to. */
function listen(child: ChildProcess) {
  const early = new AbortController()
  let told: End = { whole: false, late: false }
  const still = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      const heard = messageSchema.parse(message)
      if (heard.type === 'still') return resolve()
      told = heard
      if (!heard.whole) early.abort()
    })
  })
  const ended = new Promise<End>((resolve) => {
    const end = () => {
      if (!told.whole) early.abort()
      resolve(told)
    }
    child.once('error', end)
    child.once('close', end)
  })
  return { still, ended, signal: early.signal }
}

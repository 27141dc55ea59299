import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { findProcess, isAlive, type ProcessIdentity, signalProcess } from '../engines/process.ts'
import { UserError } from '../../server/user-error.ts'
import { standsStill } from './stand-still.ts'

const noteName = 'frozen.json'
/** How often a running installation looks whether somebody holds its engines who is gone (milliseconds). */
const pause = 500
/** How much later than the backup itself the installation lets the engines go (milliseconds). */
const grace = 1_000

const identity = z.object({ pid: z.int(), startedAt: z.string() })
/** Who makes which engines stand still, and when they go on at the latest, in milliseconds since 1970. */
const noteSchema = z.object({ engines: z.array(identity), holder: identity, until: z.number() })

/** Which engines are to stand still, in this order, the data folder they run on, and for how many milliseconds at most. */
export type Freeze = { dataDir: string; engines: ProcessIdentity[]; limitMs: number }

/**
 * Makes engines stand still, does the work and lets them go on. A note in the data folder tells the installation to let them go
 * should this process be gone or take longer. Throws if they did not stand still until the work was done. Gives how long that
 * was, in milliseconds.
 */
export async function whileFrozen(
  { dataDir, engines, limitMs }: Freeze,
  work: (signal: AbortSignal) => Promise<void>,
  asked: AbortSignal,
): Promise<number> {
  const holder = findProcess(process.pid)
  if (!holder) throw new Error('this process does not find itself')
  const began = Date.now()
  const late = AbortSignal.timeout(limitMs)
  const signal = AbortSignal.any([asked, late])
  writeNote(dataDir, { engines, holder, until: began + limitMs + grace })
  try {
    for (const engine of engines) await stop(engine, signal)
    await work(signal)
    if (!engines.every(standsStill)) throw new UserError(notStill)
    return Date.now() - began
  } catch (error) {
    throw late.aborted && !asked.aborted ? new UserError(tooLong(limitMs)) : error
  } finally {
    thaw(engines)
    rmSync(join(dataDir, noteName), { force: true })
  }
}

/** Lets engines go on, as long as an installation runs, that somebody holds who has died, or for longer than was meant. */
export function watchFreezes(dataDir: string): void {
  setInterval(() => thawForsaken(dataDir), pause).unref()
}

/** As `watchFreezes`, now. */
export function thawForsaken(dataDir: string): void {
  const note = readNote(dataDir)
  if (!note || (isAlive(note.holder) && Date.now() < note.until)) return
  thaw(note.engines)
  rmSync(join(dataDir, noteName), { force: true })
}

const notStill =
  '复制期间引擎未全程静止，备份作废，请重试 · the engines did not stand still all the while, so the copy was given up; try again'

function tooLong(limitMs: number): string {
  return (
    `${limitMs / 1000} 秒内未能复制完毕，备份作废；可用 --at-most 放宽，或在停机时备份 · ` +
    `the copy was not done within ${limitMs / 1000} s and was given up; allow more with --at-most, or back up while stopped`
  )
}

/** A signal stops a process soon, not at once: a thread may be in the middle of a write. */
async function stop(engine: ProcessIdentity, signal: AbortSignal): Promise<void> {
  signalProcess(engine, 'SIGSTOP')
  for (; !standsStill(engine); await delay(2)) {
    signal.throwIfAborted()
    if (!isAlive(engine)) throw new UserError(notStill)
  }
}

/** The last that was stopped goes on first. */
function thaw(engines: ProcessIdentity[]): void {
  for (const engine of engines.toReversed()) signalProcess(engine, 'SIGCONT')
}

function writeNote(dataDir: string, note: z.infer<typeof noteSchema>): void {
  const path = join(dataDir, noteName)
  writeFileSync(`${path}.part`, JSON.stringify(note))
  renameSync(`${path}.part`, path)
}

function readNote(dataDir: string): z.infer<typeof noteSchema> | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(dataDir, noteName), 'utf8')))
  } catch {
    return undefined
  }
}

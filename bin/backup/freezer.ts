// Stands beside a backup: makes the engines stand still, and lets them go on when the backup says so, when it is gone, or
// when it takes too long. It lives in a group of its own, so that what kills the backup does not reach it; if it is killed itself,
// the note that it leaves tells the installation to let them go.
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { findProcess, type ProcessIdentity, signalProcess } from '../engines/process.ts'
import { removeFreezeNote, thaw, writeFreezeNote } from './freeze-note.ts'
import { standsStill } from './stand-still.ts'

/** Longer than it takes to let go: a note that is older is of a freezer that stands still itself (milliseconds). */
const grace = 2_000

const orderSchema = z.object({
  dataDir: z.string(),
  limitMs: z.int().positive(),
  engines: z.array(z.object({ pid: z.int(), startedAt: z.string() })),
})

const { dataDir, limitMs, engines } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''))
const over = new AbortController()

process.once('disconnect', () => letGo('gone'))
process.once('message', () => letGo('asked'))
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => letGo('signal'))
if (process.connected) {
  setTimeout(() => letGo('late'), limitMs)
  const freezer = findProcess(process.pid)
  if (!freezer) process.exit(1)
  writeFreezeNote(dataDir, { engines, freezer, until: Date.now() + limitMs + grace })
  for (const engine of engines) await stop(engine)
  if (!over.signal.aborted) process.send?.({ type: 'still' })
}

/** A signal stops a process soon, not at once: a thread may be in the middle of a write. */
async function stop(engine: ProcessIdentity): Promise<void> {
  if (over.signal.aborted) return
  signalProcess(engine, 'SIGSTOP')
  while (!over.signal.aborted && !standsStill(engine)) await delay(2)
}

/** The last engine to stop goes on first. Only if all of them stood still until now is what was copied of one instant. */
function letGo(why: 'asked' | 'gone' | 'signal' | 'late'): void {
  if (over.signal.aborted) return
  over.abort()
  const whole = why === 'asked' && engines.every(standsStill)
  thaw(engines)
  removeFreezeNote(dataDir)
  if (process.connected) process.send?.({ type: 'over', whole, late: why === 'late' }, () => process.exit(0))
  else process.exit(0)
}

import { setTimeout as pause } from 'node:timers/promises'

const restMs = 1_000

/** Who hears that passes fail, the first time in a row, and that they go again. */
type Listener = { interrupted: (error: unknown) => void; goingAgain: () => void }

const nobody: Listener = { interrupted: () => undefined, goingAgain: () => undefined }

/** Makes passes until it is stopped: at once while there is something to do, else every second, also after a failure. */
export async function passUntil(
  stopped: AbortSignal,
  pass: () => Promise<number>,
  { interrupted, goingAgain }: Listener = nobody,
): Promise<void> {
  let failing = false
  while (!stopped.aborted) {
    const done = await pass().catch((error: unknown) => {
      if (!failing) interrupted(error)
      failing = true
      return null
    })
    if (done !== null && failing) {
      goingAgain()
      failing = false
    }
    if (!done) await pause(restMs, undefined, { signal: stopped }).catch(() => undefined)
  }
}

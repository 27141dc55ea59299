import { setTimeout as delay } from 'node:timers/promises'
import { EngineEnded } from './engines/engine-process.ts'
import type { RoomWatch } from '../server/room.ts'
import { UserError } from '../server/user-error.ts'

/** Short, for while an API is gone nobody listens on its port (milliseconds). */
const pause = 250
const minute = 60_000
const mostRestarts = 5

/** A process of ours: `ended` gives the reason when it ends, whoever ended it. */
export type SupervisedProcess = { name: string; ended: Promise<string>; stop(): Promise<void> }

/** A process that is started again when it ends by itself; `failed` gives the reason when that is of no use. */
export type Supervised = { failed: Promise<string>; stop(): Promise<void> }

/** Where a supervisor speaks, and who knows whether there is room on the disk for what it starts. */
export type Keeping = { log: (line: string) => void; room: Pick<RoomWatch, 'untilRoom'> }

/**
 * Keeps a process running: `again` starts it anew, on the same port and data, so that whoever uses it only has to wait. One that
 * ends while the disk is full is started when there is room.
 */
export function supervise(
  first: SupervisedProcess,
  again: () => Promise<SupervisedProcess>,
  keeping: Keeping,
): Supervised {
  const stopping = new AbortController()
  const state: State = { current: Promise.resolve(first), stopping: stopping.signal }
  const failed = new Promise<string>((resolve) => {
    keepRunning(state, first.name, again, keeping).catch((error: unknown) => resolve(reasonOf(error)))
  })
  const stop = async () => {
    stopping.abort()
    const running = await state.current.catch(() => undefined)
    await running?.stop()
  }
  return { failed, stop }
}

type State = { current: Promise<SupervisedProcess>; stopping: AbortSignal }

async function keepRunning(
  state: State,
  name: string,
  again: () => Promise<SupervisedProcess>,
  { log, room }: Keeping,
): Promise<void> {
  for (const died = countDeaths(name); ;) {
    const { reason, fault } = await endOf(state.current)
    if (state.stopping.aborted) return
    const waited = await room.untilRoom(state.stopping)
    if (state.stopping.aborted) return
    if (!waited && fault !== undefined) throw fault
    if (!waited) died(reason)
    log(`${name} 意外退出，重新启动… ${name} ended (${reason}), starting it again`)
    await delay(pause)
    if (state.stopping.aborted) return
    state.current = again()
  }
}

/** Why it ended, be it while it was starting; `fault` is what kept it from running at all, which another try helps only on a full disk. */
async function endOf(running: Promise<SupervisedProcess>): Promise<{ reason: string; fault?: unknown }> {
  try {
    return { reason: await (await running).ended }
  } catch (error) {
    return error instanceof EngineEnded
      ? { reason: error.message }
      : { reason: reasonOf(error), fault: error }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof UserError ? error.message : String(error)
}

/** Counts the deaths of a process that is started again each time, and throws when they come too often for that to help. */
function countDeaths(name: string): (reason: string) => void {
  const deaths: number[] = []
  return (reason) => {
    const recent = deaths.filter((at) => at > Date.now() - minute).length
    if (recent >= mostRestarts)
      throw new UserError(
        `${name} 一分钟内退出 ${recent + 1} 次，不再重启（${reason}） · ${name} keeps ending, ${recent + 1} times in a minute (${reason})`,
      )
    deaths.push(Date.now())
  }
}

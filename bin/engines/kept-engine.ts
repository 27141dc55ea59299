import { setTimeout as delay } from 'node:timers/promises'
import { countDeaths } from '../restarts.ts'
import type { RoomWatch } from '../room.ts'
import { UserError } from '../user-error.ts'
import { EngineEnded, type EngineProcess } from './engine-process.ts'

const pause = 1_000

/** An engine that is started again when it ends by itself; `failed` gives the reason when that is of no use. */
export type KeptEngine = { failed: Promise<string>; stop(): Promise<void> }

/** Where a kept engine speaks, and who knows whether there is room for it. */
export type Keeping = { log: (line: string) => void; room: Pick<RoomWatch, 'untilRoom'> }

/**
 * Keeps an engine running: `again` starts it anew, on the same port and data, so that whoever uses it only has to wait. One that
 * ends while the disk is full is started when there is room.
 */
export function keepEngine(
  first: EngineProcess,
  again: () => Promise<EngineProcess>,
  keeping: Keeping,
): KeptEngine {
  const stopping = new AbortController()
  const state: State = { current: Promise.resolve(first), stopping: stopping.signal }
  const failed = new Promise<string>((resolve) => {
    keepRunning(state, first.name, again, keeping).catch((error: unknown) =>
      resolve(`${reasonOf(error)}; see ${first.logFile}`),
    )
  })
  const stop = async () => {
    stopping.abort()
    const engine = await state.current.catch(() => undefined)
    await engine?.stop()
  }
  return { failed, stop }
}

type State = { current: Promise<EngineProcess>; stopping: AbortSignal }

async function keepRunning(
  state: State,
  name: string,
  again: () => Promise<EngineProcess>,
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
async function endOf(engine: Promise<EngineProcess>): Promise<{ reason: string; fault?: unknown }> {
  try {
    return { reason: await (await engine).ended }
  } catch (error) {
    return error instanceof EngineEnded
      ? { reason: error.message }
      : { reason: reasonOf(error), fault: error }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof UserError ? error.message : String(error)
}

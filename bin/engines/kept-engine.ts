import { setTimeout as delay } from 'node:timers/promises'
import { countDeaths } from '../restarts.ts'
import { UserError } from '../user-error.ts'
import { EngineEnded, type EngineProcess } from './engine-process.ts'

const pause = 1_000

/** An engine that is started again when it ends by itself; `failed` gives the reason when that is of no use. */
export type KeptEngine = { failed: Promise<string>; stop(): Promise<void> }

/** Keeps an engine running: `again` starts it anew, on the same port and data, so that whoever uses it only has to wait. */
export function keepEngine(
  first: EngineProcess,
  again: () => Promise<EngineProcess>,
  log: (line: string) => void,
): KeptEngine {
  const state: State = { current: Promise.resolve(first), stopping: false }
  const failed = new Promise<string>((resolve) => {
    keepRunning(state, first.name, again, log).catch((error: unknown) =>
      resolve(`${error instanceof UserError ? error.message : String(error)}; see ${first.logFile}`),
    )
  })
  const stop = async () => {
    state.stopping = true
    const engine = await state.current.catch(() => undefined)
    await engine?.stop()
  }
  return { failed, stop }
}

type State = { current: Promise<EngineProcess>; stopping: boolean }

async function keepRunning(
  state: State,
  name: string,
  again: () => Promise<EngineProcess>,
  log: (line: string) => void,
): Promise<void> {
  for (const died = countDeaths(name); ;) {
    const reason = await endOf(state.current)
    if (state.stopping) return
    died(reason)
    log(`${name} 意外退出，重新启动… ${name} ended (${reason}), starting it again`)
    await delay(pause)
    if (state.stopping) return
    state.current = again()
  }
}

/** Why it ended, be it while it was starting. */
async function endOf(engine: Promise<EngineProcess>): Promise<string> {
  try {
    return await (
      await engine
    ).ended
  } catch (error) {
    if (error instanceof EngineEnded) return error.message
    throw error
  }
}

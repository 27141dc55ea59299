import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { ReadyConfig } from './config.ts'
import { findProcess, isAlive, signalProcess } from './engines/process.ts'
import { UserError } from './user-error.ts'

const patience = 300_000

/** What a running command tells those who want it restarted: who it is, where its Temporal is, how its last restart went. */
const noteSchema = z.object({
  pid: z.number(),
  startedAt: z.string(),
  temporalAddress: z.string(),
  restarts: z.number(),
  outcome: z.string().nullable(),
})
type Note = z.infer<typeof noteSchema>

const noteOf = (dataDir: string) => join(dataDir, 'restart.json')

/** Replaces the processes of this command on SIGUSR2, one restart at a time; the function that comes back ends the offer. */
export function offerRestart(
  { dataDir, temporalAddress }: Pick<ReadyConfig, 'dataDir' | 'temporalAddress'>,
  restart: () => Promise<void>,
  log: (line: string) => void,
): () => void {
  const self = findProcess(process.pid)
  if (!self) return () => undefined
  let note: Note = { ...self, temporalAddress, restarts: 0, outcome: null }
  let busy = false
  const keep = () => {
    writeFileSync(`${noteOf(dataDir)}.part`, JSON.stringify(note))
    renameSync(`${noteOf(dataDir)}.part`, noteOf(dataDir))
  }
  const hear = async () => {
    if (busy) return
    busy = true
    const outcome = await restart().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    if (outcome !== null) log(outcome)
    note = { ...note, restarts: note.restarts + 1, outcome }
    keep()
    busy = false
  }
  const onSignal = () => void hear()
  process.on('SIGUSR2', onSignal)
  keep()
  return () => {
    process.off('SIGUSR2', onSignal)
    rmSync(noteOf(dataDir), { force: true })
  }
}

/** Has the command that runs on a data folder replace its processes, and waits until it has. */
export async function askForRestart(dataDir: string): Promise<void> {
  const before = findRunning(dataDir)
  if (!before)
    throw new UserError(
      `${dataDir} 上没有可换版的运行实例，请用 npm start 启动 · nothing that could be restarted runs on ${dataDir}; use npm start`,
    )
  signalProcess(before, 'SIGUSR2')
  for (const limit = Date.now() + patience; Date.now() < limit; await delay(200)) {
    const now = findRunning(dataDir)
    if (!now) throw new UserError('运行实例已停止 · the running command has ended')
    if (now.restarts === before.restarts) continue
    if (now.outcome !== null) throw new UserError(now.outcome)
    return
  }
  throw new UserError(`换版未在${patience / 1000}秒内完成 · not done within ${patience / 1000} s`)
}

/** The command that runs on a data folder, if it is one that can be restarted. */
export function findRunning(dataDir: string): Note | undefined {
  try {
    const note = noteSchema.parse(JSON.parse(readFileSync(noteOf(dataDir), 'utf8')))
    return isAlive(note) ? note : undefined
  } catch {
    return undefined
  }
}

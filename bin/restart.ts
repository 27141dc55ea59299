import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { ReadyConfig } from './config.ts'
import { findProcess, isAlive, signalProcess } from './engines/process.ts'
import { UserError } from './user-error.ts'

const patience = 300_000

/**
 * What a running command tells those who want it restarted: who it is, where its Temporal is, how many restarts it has begun, and
 * for each that has ended what went wrong with it.
 */
const noteSchema = z.object({
  pid: z.number(),
  startedAt: z.string(),
  temporalAddress: z.string(),
  begun: z.number(),
  outcomes: z.array(z.string().nullable()),
})
type Note = z.infer<typeof noteSchema>

const noteOf = (dataDir: string) => join(dataDir, 'restart.json')

/**
 * Replaces the processes of this command on SIGUSR2, one restart at a time: whoever asks while one is under way may have a newer
 * build, and gets one more after it. The function that comes back ends the offer.
 */
export function offerRestart(
  { dataDir, temporalAddress }: Pick<ReadyConfig, 'dataDir' | 'temporalAddress'>,
  restart: () => Promise<void>,
  log: (line: string) => void,
): () => void {
  const self = findProcess(process.pid)
  if (!self) return () => undefined
  let note: Note = { ...self, temporalAddress, begun: 0, outcomes: [] }
  let wishes = 0
  const tell = (news: Partial<Note>) => {
    note = { ...note, ...news }
    writeFileSync(`${noteOf(dataDir)}.part`, JSON.stringify(note))
    renameSync(`${noteOf(dataDir)}.part`, noteOf(dataDir))
  }
  const hear = async () => {
    wishes += 1
    if (note.begun > note.outcomes.length) return
    while (wishes > 0) {
      wishes = 0
      tell({ begun: note.begun + 1 })
      const outcome = await restart().then(() => null, reasonOf)
      if (outcome !== null) log(outcome)
      tell({ outcomes: [...note.outcomes, outcome] })
    }
  }
  const onSignal = () => void hear()
  process.on('SIGUSR2', onSignal)
  tell({})
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
  // One that has begun already may not have found what lies there now.
  const own = before.begun + 1
  const waitMs = patience * (own - before.outcomes.length)
  signalProcess(before, 'SIGUSR2')
  for (const limit = Date.now() + waitMs; Date.now() < limit; await delay(200)) {
    const now = findRunning(dataDir)
    if (!now) throw new UserError('运行实例已停止 · the running command has ended')
    const outcome = now.outcomes[own - 1]
    if (outcome === null) return
    if (outcome !== undefined) throw new UserError(outcome)
  }
  throw new UserError(`换版未在${waitMs / 1000}秒内完成 · not done within ${waitMs / 1000} s`)
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { environment } from '../../server/config.ts'
import { fileSentence } from '../../server/file-errors.ts'
import { projectRoot } from '../../server/root.ts'
import { UserError } from '../../server/user-error.ts'
import { endLeftover, forgetEngine, recordEngine } from './leftovers.ts'
import { freePort } from '../../server/ports.ts'
import { findProcess, type ProcessIdentity, signalProcess } from './process.ts'

const supervisor = join(projectRoot, 'local', 'engines', 'supervisor.mjs')
const patience = 60_000

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), pid: z.number() }),
  z.object({ type: z.literal('ended'), reason: z.string() }),
])

/** How to run an engine: with a data folder it leaves a note there, so that a later run can end it. */
export type EngineCommand = {
  name: string
  binary: string
  args: string[]
  env?: NodeJS.ProcessEnv
  logFile: string
  dataDir: string | undefined
  log: (line: string) => void
}

/** A running engine; `ended` gives the reason when it ends, whoever ended it. */
export type EngineProcess = {
  name: string
  pid: number
  logFile: string
  ended: Promise<string>
  stop(): Promise<void>
}

/** An engine that ended before it answered. */
export class EngineEnded extends UserError {
  override name = 'EngineEnded'
}

/** Runs an engine under a supervisor, which ends it when this process ends. */
export async function runEngine(command: EngineCommand): Promise<EngineProcess> {
  const { name, dataDir, logFile } = command
  if (dataDir !== undefined) await endLeftover(dataDir, name, command.log)
  const child = spawn(process.execPath, [supervisor, logFile, command.binary, ...command.args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...environment, ...command.env },
  })
  const { started, ended } = listen(child)
  const pid = await Promise.race([started, ended])
  if (typeof pid === 'string') throw new EngineEnded(`${name} could not be run: ${pid}`)
  const note = noteOf(command, pid)
  note(recordEngine)
  const gone = ended.then((reason) => {
    note(forgetEngine)
    return reason
  })
  return { name, pid, logFile, ended: gone, stop: () => stopEngine(child, gone) }
}

/** Changes the note of running engines; a full disk keeps nobody from running or ending, and a note of what is gone misleads nobody. */
function noteOf({ name, dataDir, log }: EngineCommand, pid: number) {
  return (change: typeof recordEngine) => {
    try {
      if (dataDir !== undefined) change(dataDir, name, pid)
    } catch (error) {
      log(`${name}：${fileSentence(error) ?? String(error)}`)
    }
  }
}

/** Asks until the engine answers, and gives up when it has ended or takes too long. */
export async function untilReady(engine: EngineProcess, probe: () => Promise<boolean>): Promise<void> {
  const state: { ended?: string } = {}
  void engine.ended.then((reason) => (state.ended = reason))
  for (const limit = Date.now() + patience; Date.now() < limit; await delay(50)) {
    if (state.ended !== undefined)
      throw new EngineEnded(
        `${engine.name} 启动时退出（${state.ended}） · ${engine.name} ended while starting (${state.ended}); see ${engine.logFile}`,
      )
    if (await probe().catch(() => false)) return
  }
  await engine.stop()
  throw new UserError(
    `${engine.name} 在 ${patience / 1000} 秒内无应答，详见 ${engine.logFile} · ${engine.name} did not answer within ${patience / 1000} s; see ${engine.logFile}`,
  )
}

/** Starts on the given port, or on free ones: between finding a free port and using it another may have taken it. */
export async function onPort<T>(port: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  if (port !== undefined) return start(port)
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (!(error instanceof EngineEnded) || tries === 3) throw error
    }
  }
}

function listen(child: ChildProcess): { started: Promise<number>; ended: Promise<string> } {
  let engine: ProcessIdentity | undefined
  const started = new Promise<number>((resolve) => {
    child.on('message', (message) => {
      const told = messageSchema.parse(message)
      if (told.type === 'ended') return
      engine = findProcess(told.pid)
      resolve(told.pid)
    })
  })
  const ended = new Promise<string>((resolve) => {
    child.on('message', (message) => {
      const told = messageSchema.parse(message)
      if (told.type === 'ended') resolve(told.reason)
    })
    child.once('error', (error) => resolve(error.message))
    // Comes after the last message, so only a supervisor that was killed gets here first; it leaves its engine behind.
    child.once('disconnect', () => {
      for (const signal of ['SIGTERM', 'SIGCONT'] as const) if (engine) signalProcess(engine, signal)
      resolve('its supervisor was killed')
    })
  })
  return { started, ended }
}

async function stopEngine(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.connected) child.send('stop')
  await ended
}

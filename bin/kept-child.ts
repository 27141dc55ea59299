import { type ChildProcess, fork } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { environmentFor, type ReadyConfig } from './config.ts'
import { countDeaths } from './restarts.ts'
import { UserError } from './user-error.ts'

const pause = 1_000
const patience = 20_000

/** A child process that is started again when it dies; `failed` rejects when that is of no use. */
export type KeptChild = { ready: Promise<void>; failed: Promise<void>; stop(): Promise<void>; kill(): void }

/** Runs a program that lies beside this one as a child, in no terminal's foreground group. */
export function keepChild(program: string, config: ReadyConfig, log: (line: string) => void): KeptChild {
  const state = { child: forkDetached(program, config), wasReady: false, stopping: false }
  const ready = new Promise<void>((resolve) => {
    state.child.once('message', () => {
      state.wasReady = true
      resolve()
    })
  })
  const failed = keepRunning(state, basename(program, '.js'), log, () => forkDetached(program, config))
  const stop = () => {
    state.stopping = true
    return endChild(state.child)
  }
  const kill = () => {
    state.stopping = true
    state.child.kill('SIGKILL')
  }
  return { ready, failed, stop, kill }
}

type State = { child: ChildProcess; wasReady: boolean; stopping: boolean }

async function keepRunning(
  state: State,
  name: string,
  log: (line: string) => void,
  again: () => ChildProcess,
): Promise<void> {
  for (const died = countDeaths(`the ${name}`); ; state.child = again()) {
    const reason = await exitOf(state.child)
    if (state.stopping) return
    if (!state.wasReady) throw new UserError(`the ${name} did not start (${reason})`)
    died(reason)
    log(`${name} 意外退出，重新启动… the ${name} ended (${reason}), starting it again`)
    await delay(pause)
    if (state.stopping) return
  }
}

function forkDetached(program: string, config: ReadyConfig): ChildProcess {
  return fork(fileURLToPath(new URL(program, import.meta.url)), {
    detached: true,
    env: environmentFor(config),
    // Our stdout carries one line only; what children print goes to stderr.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  })
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    child.once('error', (error) => resolve(error.message))
  })
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = exitOf(child)
  const timer = setTimeout(() => child.kill('SIGKILL'), patience)
  child.kill('SIGTERM')
  await exited
  clearTimeout(timer)
}

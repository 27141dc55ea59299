import { fork } from 'node:child_process'
import { join } from 'node:path'
import { environmentFor, type ReadyConfig } from '../server/config.ts'
import { nodeFlags } from '../server/node-flags.ts'
import { projectRoot } from '../server/root.ts'
import type { SupervisedProcess } from './supervise.ts'

/** More than a child takes that answers what is under way (milliseconds). */
const patience = 25_000

/** A child process; `ready` rejects with the reason if it ends before. */
export type Child = SupervisedProcess & { name: Program; ready: Promise<void> }

type Program = 'api' | 'worker'

/** Runs a program of ours as a child, in no terminal's foreground group; it does not outlive this process. */
export function startChild(name: Program, config: ReadyConfig): Child {
  const child = fork(join(projectRoot, 'dist', 'server', `${name}.js`), {
    detached: true,
    execArgv: nodeFlags,
    env: environmentFor(config),
    // Our stdout carries one line only; what children print goes to stderr.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    child.once('error', (error) => resolve(error.message))
  })
  void ended.then(() => process.off('exit', kill))
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    void ended.then(reject)
  })
  ready.catch(() => undefined)
  const stop = async () => {
    const timer = setTimeout(kill, patience + config.drainMs)
    child.kill('SIGTERM')
    await ended
    clearTimeout(timer)
  }
  return { name, ready, ended, stop }
}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Word } from './child.ts'
import { environmentFor, type ReadyConfig } from './config.ts'
import type { Listener } from './listener.ts'
import { countDeaths } from './restarts.ts'
import type { RoomWatch } from './room.ts'
import { UserError } from './user-error.ts'

const pause = 1_000
/** More than a child takes that answers what is under way, when others have taken its place. */
const patience = 25_000
/** How long the successor of a process may take until it is ready. */
const readyWithin = 60_000

/** A child process that is started again when it dies; `failed` rejects when that is of no use. */
export type KeptChild = {
  ready: Promise<void>
  failed: Promise<void>
  /** The build of the process that is at work; one that dies is started again from the same. */
  build(): string
  /** Puts a process of a build in its place: the old one goes when the new one is ready, and stays if that does not come up. */
  replace(build: string): Promise<void>
  stop(): Promise<void>
  kill(): void
}

/** Runs a program of a build as a child, in no terminal's foreground group; it inherits the listener, if there is one for it. */
export function keepChild(
  name: 'api' | 'worker',
  build: string,
  config: ReadyConfig,
  { log, room, listener }: Pick<State, 'log' | 'room'> & { listener?: Listener },
): KeptChild {
  const alive = new Set<Started>()
  const start = (from: string) => startDetached(name, from, { config, listener, alive })
  const state: State = {
    name,
    log,
    room,
    start,
    now: start(build),
    stopping: new AbortController(),
    changed: new AbortController(),
  }
  const endAll = (end: (each: Started) => unknown) => {
    state.stopping.abort()
    return Promise.all([...alive].map(end))
  }
  return {
    ready: state.now.ready,
    failed: keepRunning(state),
    build: () => state.now.build,
    replace: (next) => replace(state, next),
    stop: async () => void (await endAll((each) => endOf(each, () => each.child.kill('SIGTERM'), config))),
    kill: () => void endAll(({ child }) => child.kill('SIGKILL')),
  }
}

/** A process with its build and what becomes of it: `ready` rejects with the reason if it ends before. */
type Started = { build: string; child: ChildProcess; ready: Promise<void>; exited: Promise<string> }

type State = {
  name: string
  log: (line: string) => void
  /** Without room on the disk the engines are not there, and no process stays up: its deaths do not count. */
  room: Pick<RoomWatch, 'untilRoom'>
  start: (build: string) => Started
  now: Started
  stopping: AbortController
  /** Aborted when another process has taken the place of `now`. */
  changed: AbortController
}

async function keepRunning(state: State): Promise<void> {
  const { name, log, room } = state
  const { signal: stopping } = state.stopping
  await state.now.ready.catch((reason: unknown) => {
    if (!stopping.aborted)
      throw new UserError(`${name} 进程未能启动 · the ${name} did not start (${String(reason)})`)
  })
  for (const died = countDeaths(`the ${name}`); !stopping.aborted;) {
    const { now, changed } = state
    const reason = await Promise.race([now.exited, untilAborted(changed.signal)])
    if (stopping.aborted) return
    if (reason === undefined) continue
    if (!(await room.untilRoom(stopping))) died(reason)
    log(`${name} 意外退出，重新启动… the ${name} ended (${reason}), starting it again`)
    await delay(pause)
    if (stopping.aborted) return
    // Its successor has come meanwhile.
    if (state.now !== now) continue
    takePlace(state, state.start(now.build))
  }
}

async function replace(state: State, build: string): Promise<void> {
  if (state.stopping.signal.aborted) return
  const { name, log } = state
  const next = state.start(build)
  const late = delay(readyWithin, undefined, { ref: false }).then(() => Promise.reject('not ready in time'))
  try {
    await Promise.race([next.ready, late])
  } catch (reason) {
    next.child.kill('SIGKILL')
    tell(state.now.child, 'resume')
    throw new UserError(
      `新的 ${name} 进程未能启动，旧的继续工作 · the new ${name} did not start (${String(reason)}); the old one goes on`,
    )
  }
  if (state.stopping.signal.aborted) return
  // Not the one that was at work at first, if that has died and been started again meanwhile.
  const old = state.now
  takePlace(state, next)
  log(`${name} 已换新 the new ${name} is at work`)
  await endOf(old, () => tell(old.child, 'leave'))
}

function takePlace(state: State, next: Started): void {
  const { changed } = state
  state.now = next
  state.changed = new AbortController()
  changed.abort()
}

function startDetached(
  name: string,
  build: string,
  { config, listener, alive }: { config: ReadyConfig; listener: Listener | undefined; alive: Set<Started> },
): Started {
  const child = fork(programOf(build, name), {
    detached: true,
    env: environmentFor(config),
    // Our stdout carries one line only; what children print goes to stderr.
    stdio: ['ignore', process.stderr, process.stderr, listener?.fd ?? 'ignore', 'ipc'],
  })
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    child.once('error', (error) => resolve(error.message))
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    void exited.then(reject)
  })
  ready.catch(() => undefined)
  const started = { build, child, ready, exited }
  alive.add(started)
  child.once('exit', () => alive.delete(started))
  return started
}

/** Runs a command of a build to its end; throws if that is not a good one. */
export async function runOnce(build: string, args: string[], config: ReadyConfig): Promise<void> {
  const child = fork(programOf(build, 'zhigai'), args, {
    env: environmentFor(config),
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new UserError(`zhigai ${args.join(' ')} 失败 · failed`)
}

function programOf(build: string, name: string): string {
  return join(build, 'dist', 'bin', `${name}.js`)
}

/** Tells a child; one that has ended hears nothing. */
function tell(child: ChildProcess, word: Word): void {
  if (child.connected) child.send(word, () => undefined)
}

/** Waits until a process that is asked to end has ended, and kills it when it takes too long. */
async function endOf(
  { child, exited }: Started,
  ask: () => void,
  { drainMs }: { drainMs: number } = { drainMs: 0 },
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const timer = setTimeout(() => child.kill('SIGKILL'), patience + drainMs)
  ask()
  await exited
  clearTimeout(timer)
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
}

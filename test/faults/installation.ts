import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { environment } from '../../server/config.ts'
import { freePort } from '../../server/ports.ts'
import { projectRoot } from '../../server/root.ts'
import { descendantsOf, untilGone } from './processes.ts'

/** A run of the real command. */
export type Run = {
  pid: number
  /** What it has printed so far. */
  lines: string[]
  ended: Promise<number | null>
  ready: Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** Starts the real command, on this Node or another; `ready` is fulfilled by its line, and rejected if it ends before. */
export function startCommand(dataDir: string, port: number, node = process.execPath): Run {
  const child = spawn(node, [join(projectRoot, 'local', 'start.mjs')], {
    // With this variable it ends when the process that started it is gone, so that a killed test run leaves nothing.
    env: {
      ...environment,
      ...ownAddresses,
      npm_lifecycle_event: 'start',
      DATA_DIR: dataDir,
      PORT: `${port}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (line: string) => {
      lines.push(line)
      if (line.startsWith('ready ')) resolve()
    }
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', hear)
    void ended.then((code) => reject(new Error(`ended with ${code}:\n${lines.slice(-20).join('\n')}`)))
  })
  // Whoever does not wait for it shall not hear of it.
  ready.catch(() => undefined)
  return { pid: pidOf(child), lines, ended, ready, kill: (signal) => child.kill(signal) }
}

/** Nothing of the surroundings shall reach the command: engines and addresses are its own. */
const ownAddresses = {
  TEMPORAL_ADDRESS: '',
  MONGODB_URI: '',
  OIDC_ISSUER: '',
  PUBLIC_URL: '',
  HOST: '',
  LOG_LEVEL: 'error',
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the command could not be started')
  return child.pid
}

/** An installation: a data folder and a port of its own, and the run that has them now. */
export type Installation = {
  dataDir: string
  port: number
  baseUrl: string
  run: Run
  /** Starts it again on the same data and port, after its run has ended. */
  again(): Promise<void>
  remove(): Promise<void>
}

/** A data folder that no demo data will be loaded into. */
export function emptyDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhigai-faults-'))
  writeFileSync(join(dataDir, 'demo-data.json'), '{}')
  return dataDir
}

/** Starts an installation, on a data folder of its own unless one is given, and waits until it is ready. */
export async function install(dataDir: string = emptyDataDir()): Promise<Installation> {
  const port = await freePort()
  const installation: Installation = {
    dataDir,
    port,
    baseUrl: `http://127.0.0.1:${port}`,
    run: startCommand(dataDir, port),
    async again() {
      installation.run = startCommand(dataDir, port)
      await installation.run.ready
    },
    async remove() {
      const { run } = installation
      const pids = descendantsOf(run.pid).map(({ pid }) => pid)
      run.kill('SIGTERM')
      await run.ended
      await untilGone(pids)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  await installation.run.ready
  return installation
}

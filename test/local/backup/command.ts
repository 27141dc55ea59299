import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { environment } from '../../../server/config.ts'
import { projectRoot } from '../../../server/root.ts'

/** A run of the command line. */
export type CommandRun = {
  pid: number
  kill: (signal: NodeJS.Signals) => void
  ended: Promise<{ code: number | null; out: string; err: string }>
}

/** Runs the command line on a data folder, with nothing of the surroundings. */
export function zhigai(dataDir: string, args: string[], env: NodeJS.ProcessEnv = {}): CommandRun {
  const child = spawn(process.execPath, [join(projectRoot, 'cli', 'zhigai.mjs'), ...args], {
    env: { ...environment, TEMPORAL_ADDRESS: '', MONGODB_URI: '', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid === undefined) throw new Error('the command line could not be run')
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }))
  })
  return { pid: child.pid, kill: (signal) => child.kill(signal), ended }
}

/** Waits until something is so, looking often enough to see what lasts some milliseconds; throws if the run ends before. */
export async function untilSo(run: CommandRun, look: () => boolean): Promise<void> {
  let over = false
  void run.ended.then(() => (over = true))
  while (!look()) {
    if (over) throw new Error(`it never was so: ${JSON.stringify(await run.ended)}`)
    await delay(1)
  }
}

/** Whether there is such a file or folder. */
export function isThere(...path: string[]): boolean {
  return existsSync(join(...path))
}

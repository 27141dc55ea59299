import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentFor, readConfig, type ReadyConfig } from '../../server/config.ts'
import { provideEngines } from '../../local/engines/index.ts'
import { enginePids } from '../../local/engines/leftovers.ts'
import { nodeFlags } from '../../server/node-flags.ts'
import { freePort } from '../../server/ports.ts'
import { prepare } from '../../server/prepare.ts'

const own = { HOST: '127.0.0.1', LOG_LEVEL: 'warn' }

/** A fresh installation on loopback, with engines and data of its own. */
export async function openInstallation() {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhigai-bench-'))
  const port = await freePort()
  const asked = { ...readConfig(), dataDir, port, host: '127.0.0.1', publicUrl: `http://127.0.0.1:${port}` }
  const engines = await provideEngines(
    { ...asked, mongodbUri: undefined, temporalAddress: undefined },
    (line) => console.error(line),
  )
  const config: ReadyConfig = {
    ...asked,
    mongodbUri: engines.mongoUri,
    temporalAddress: engines.temporalAddress,
  }
  await prepare(config)
  const children: ChildProcess[] = []
  return {
    config,
    pids: enginePids(dataDir),
    /** Starts a program of ours beside the engines and waits until it is ready. */
    async start(program: URL, environment: NodeJS.ProcessEnv, args: string[] = []): Promise<ChildProcess> {
      const env = { ...environmentFor(config), ...own, PORT: String(port), ...environment }
      const child = fork(program, args, { env, execArgv: nodeFlags, stdio: ['ignore', 2, 2, 'ipc'] })
      children.push(child)
      await new Promise<void>((resolve, reject) => {
        child.once('message', () => resolve())
        child.once('exit', (code) => reject(new Error(`${program.pathname} ended with ${code}`)))
      })
      return child
    },
    async close(): Promise<void> {
      await Promise.all(children.map(endOf))
      await engines.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Ends a program that `start` started. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

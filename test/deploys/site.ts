import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundleWorkflows } from '../../bin/bundle.ts'
import { environment } from '../../bin/config.ts'
import { buildIdOf, readDeployment } from '../../bin/deployment.ts'
import { withTemporal } from '../../bin/engines-at-hand.ts'
import { freePort } from '../../bin/engines/ports.ts'
import { askForRestart } from '../../bin/restart.ts'
import { projectRoot } from '../../bin/root.ts'
import { emptyDataDir } from '../faults/installation.ts'
import { descendantsOf, partOf, portOf, untilGone } from '../faults/processes.ts'

const nextWorkflows = fileURLToPath(new URL('next-workflows.ts', import.meta.url))

/** Nothing of the surroundings shall reach the command. */
const alone = {
  TEMPORAL_ADDRESS: '',
  MONGODB_URI: '',
  OIDC_ISSUER: '',
  PUBLIC_URL: '',
  HOST: '',
  WORKER_VERSIONING: '',
  WORKER_BUILD_ID: '',
  DRAIN_SECONDS: '',
  LOG_LEVEL: 'error',
}

/** An installation on a copy of the build, so that a next build can be put into its place while it runs. */
export async function openSite(variables: NodeJS.ProcessEnv = {}) {
  const root = mkdtempSync(join(tmpdir(), 'zhigai-site-'))
  for (const name of readdirSync(projectRoot))
    if (name !== 'dist' && name !== '.data') symlinkSync(join(projectRoot, name), join(root, name))
  cpSync(join(projectRoot, 'dist'), join(root, 'dist'), { recursive: true })
  const dataDir = emptyDataDir()
  const port = await freePort()
  const child = spawn(process.execPath, [join(root, 'dist', 'bin', 'start.js')], {
    // With this variable it ends when the process that started it is gone.
    env: {
      ...environment,
      ...alone,
      npm_lifecycle_event: 'start',
      DATA_DIR: dataDir,
      PORT: `${port}`,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid ?? 0
  const lines: string[] = []
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (line: string) => {
      lines.push(line)
      if (line.startsWith('ready ')) resolve()
    }
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', hear)
    void ended.then((code) => reject(new Error(`ended with ${code}:\n${lines.join('\n')}`)))
  })
  await ready
  const codePath = join(root, 'dist', 'workflow-bundle.js')
  const temporalAddress = () => `127.0.0.1:${portOf(partOf(pid, 'Temporal'))}`
  return {
    root,
    pid,
    port,
    dataDir,
    baseUrl: `http://127.0.0.1:${port}`,
    lines,
    temporalAddress,
    /** The name of the build that lies in the folder now. */
    buildHere: () => buildIdOf({ workerBuildId: undefined }, codePath),
    /** The build that Temporal gives the work to. */
    currentBuild: () =>
      withTemporal(
        temporalAddress(),
        'default',
        async (temporal) => (await readDeployment(temporal))?.current,
      ),
    /** Replaces what runs by what lies in the folder now. */
    restart: () => askForRestart(dataDir),
    /** Puts the next build's workflows into the folder. */
    bringNext: () => bundleWorkflows(codePath, nextWorkflows),
    /** The processes of a program that run now. */
    running: (program: 'api' | 'worker') =>
      descendantsOf(pid).flatMap((each) => (each.command.endsWith(`/bin/${program}.js`) ? [each.pid] : [])),
    async remove() {
      const pids = descendantsOf(pid).map((each) => each.pid)
      child.kill('SIGTERM')
      const code = await ended
      await untilGone(pids)
      for (const folder of [root, dataDir]) rmSync(folder, { recursive: true, force: true })
      return code
    },
  }
}

/** An installation that is rolled. */
export type Site = Awaited<ReturnType<typeof openSite>>

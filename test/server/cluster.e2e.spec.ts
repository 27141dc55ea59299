import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openInstallation } from '../../tools/bench/installation.ts'
import { bundleWorkflows } from '../../server/bundle.ts'
import { buildIdOf, makeCurrent, readDeployment } from '../../server/deployment.ts'
import { withTemporal } from '../../local/engines-at-hand.ts'
import { freePort } from '../../server/ports.ts'
import { projectRoot } from '../../server/root.ts'
import { openBalancer } from './balancer.ts'
import { expectToldOnce, underLoad } from './load.ts'

const nextWorkflows = fileURLToPath(new URL('next-workflows.ts', import.meta.url))
const codeOf = (build: string) => join(build, 'dist', 'workflow-bundle.js')
const common = { WORKER_VERSIONING: 'manual', LOG_LEVEL: 'fatal' }
/** More than the balancer needs to notice. */
const drain = { DRAIN_SECONDS: '2' }

let installation: Awaited<ReturnType<typeof openInstallation>>
let balancer: Awaited<ReturnType<typeof openBalancer>>
beforeAll(async () => {
  installation = await openInstallation()
  balancer = await openBalancer()
})
afterAll(async () => {
  balancer.close()
  await installation.close()
})

const start = (build: string, program: 'api' | 'worker', variables: NodeJS.ProcessEnv) =>
  installation.start(pathToFileURL(join(build, 'dist', 'server', `${program}.js`)), {
    ...common,
    ...variables,
  })

/** A copy of the build that lies here, with what it reads beside it. */
function copyBuild(folder: string): string {
  mkdirSync(folder)
  for (const name of ['package.json', 'policy', 'node_modules'])
    symlinkSync(join(projectRoot, name), join(folder, name))
  cpSync(join(projectRoot, 'dist'), join(folder, 'dist'), { recursive: true })
  return folder
}

const startWorkers = (build: string) => Promise.all([start(build, 'worker', {}), start(build, 'worker', {})])

async function startApi(build: string) {
  const port = await freePort()
  const child = await start(build, 'api', { ...drain, PORT: `${port}` })
  await balancer.add(port)
  return { child, port }
}

/** Asks a process to end, and waits until it has, of its own accord. */
async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
}

it('two APIs behind a balancer and two workers are rolled without a request that fails', async () => {
  const { dataDir, temporalAddress } = installation.config
  const [build, nextBuild] = [copyBuild(join(dataDir, 'old')), copyBuild(join(dataDir, 'next'))]
  await bundleWorkflows(codeOf(nextBuild), nextWorkflows)
  const next = buildIdOf({ workerBuildId: undefined }, codeOf(nextBuild))
  const onTemporal = <T>(work: Parameters<typeof withTemporal<T>>[2]) =>
    withTemporal(temporalAddress, 'default', work)
  const [oldWorkers, oldApis] = await Promise.all([
    startWorkers(build),
    Promise.all([startApi(build), startApi(build)]),
  ])
  const newApis: Awaited<ReturnType<typeof startApi>>[] = []

  const { port } = balancer
  const listener = { port, dataDir, baseUrl: `http://127.0.0.1:${port}` }
  const done = await underLoad(listener, async () => {
    await startWorkers(nextBuild)
    await onTemporal((temporal) => makeCurrent(temporal, next))
    for (const old of oldApis) {
      await end(old.child)
      balancer.remove(old.port)
      newApis.push(await startApi(nextBuild))
    }
    for (const old of oldWorkers) await end(old)
  })

  expect([...done.failures, ...balancer.faults]).toEqual([])
  await expectToldOnce(listener, done)
  for (const api of [...oldApis, ...newApis]) expect(balancer.servedBy(api.port)).toBeGreaterThan(0)
  expect(await onTemporal(async (temporal) => (await readDeployment(temporal))?.current)).toBe(next)
}, 400_000)

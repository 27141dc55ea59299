import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleWorkflows } from '../bin/bundle.ts'
import { startMongod } from '../bin/engines/mongod.ts'
import { mongod, temporal, temporalTestServer } from '../bin/engines/pins.ts'
import { freePort } from '../bin/engines/ports.ts'
import { provideBinary } from '../bin/engines/provide-binary.ts'
import { startTemporal } from '../bin/engines/temporal.ts'
import { projectRoot } from '../bin/root.ts'
import { slots } from './slots.ts'

/** The engines of a slot. */
export type Engines = { mongoUri: string; temporalAddress: string }

/** What the test files share: the engines of each slot, and the workflows bundled once. */
export type SharedEngines = {
  slots: (Engines & { /** Whoever listens on it has the slot. */ port: number })[]
  /** The binary of the server that skips time; each file that needs one starts its own. */
  testServer: string
  workflowBundle: string
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- an interface is what merges
  export interface ProvidedContext {
    engines: SharedEngines
  }
}

const log = (line: string) => console.error(line)
const quiet = () => undefined

/** Starts MongoDB and Temporal in a folder, as a slot has them. */
async function startSlot(dataDir: string, binaries: { mongod: string; temporal: string }) {
  await mkdir(dataDir)
  const [database, server] = await Promise.all([
    startMongod({ binary: binaries.mongod, dataDir, log: quiet }),
    startTemporal({ binary: binaries.temporal, dataDir: undefined, namespace: 'default', log: quiet }),
  ])
  return {
    engines: { mongoUri: database.uri, temporalAddress: server.address, port: await freePort() },
    stop: () => Promise.all([database.stop(), server.stop()]),
  }
}

/** Starts the engines of every slot in a folder of their own, and ends them when the last test has run. */
export default async function startEngines({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'zhigai-test-'))
  const options = { cacheDir: join(projectRoot, '.cache'), log }
  const workflowBundle = join(folder, 'workflow-bundle.js')
  const workflows = join(projectRoot, 'workflows', 'index.ts')
  const [mongodBinary, temporalBinary, testServer] = await Promise.all([
    provideBinary(mongod, options),
    provideBinary(temporal, options),
    provideBinary(temporalTestServer, options),
    bundleWorkflows(workflowBundle, workflows),
  ])
  const binaries = { mongod: mongodBinary, temporal: temporalBinary }
  const started = await Promise.all(
    Array.from({ length: slots }, (_, slot) => startSlot(join(folder, `${slot}`), binaries)),
  )
  provide('engines', { slots: started.map(({ engines }) => engines), testServer, workflowBundle })
  return async () => {
    await Promise.all(started.map(({ stop }) => stop()))
    await rm(folder, { recursive: true, force: true })
  }
}

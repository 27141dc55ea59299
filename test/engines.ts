import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleWorkflows } from '../server/bundle.ts'
import { startMongod } from '../local/engines/mongod.ts'
import { mongod, temporal, temporalTestServer } from '../local/engines/pins.ts'
import { provideBinary } from '../local/engines/provide-binary.ts'
import { startTemporal } from '../local/engines/temporal.ts'
import { projectRoot } from '../server/root.ts'

/** What the test files share. */
export type Engines = {
  mongoUri: string
  temporalAddress: string
  /** The binary of the server that skips time; each file that needs one starts its own. */
  testServer: string
  workflowBundle: string
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- an interface is what merges
  export interface ProvidedContext {
    engines: Engines
  }
}

const log = (line: string) => console.error(line)
const quiet = () => undefined

/** A run is deleted when the queues have noted that they are through with it, which by itself they do twice a minute. */
const deletesSoon = ['transfer', 'visibility'].map(
  (queue) => `history.${queue}ProcessorUpdateAckInterval="200ms"`,
)

/** Starts the engines in a folder of their own, and ends them when the last test has run. */
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
  const [database, server] = await Promise.all([
    startMongod({ binary: mongodBinary, dataDir: folder, log: quiet }),
    startTemporal({
      binary: temporalBinary,
      dataDir: undefined,
      namespace: 'default',
      settings: deletesSoon,
      log: quiet,
    }),
  ])
  provide('engines', {
    mongoUri: database.uri,
    temporalAddress: server.address,
    testServer,
    workflowBundle,
  })
  return async () => {
    await Promise.all([database.stop(), server.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

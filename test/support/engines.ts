import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { inject } from 'vitest'
import { bundleWorkflows } from '../../server/bundle.ts'
import type { Engines } from '../engines.ts'

/** None for tests that need no engines and share a file with others that do. */
const provided: Engines | undefined = inject('engines')
let namespace: string | undefined

/**
 * The engines, with the namespace of this test file: what other files leave open or closed there is none of its business, and
 * their workers take none of its tasks.
 */
export function engines(): Engines & { namespace: string } {
  if (!provided || namespace === undefined) throw new Error('tests of this level have no engines')
  return { ...provided, namespace }
}

/**
 * The bundle of other workflows. The first test file of a run that asks builds it, aside; where two ask at once, the later
 * one is put over the first.
 */
export async function bundleOf(workflows: URL): Promise<string> {
  const path = fileURLToPath(workflows)
  const bundle = join(dirname(engines().workflowBundle), `${basename(path)}.bundle.js`)
  if (existsSync(bundle)) return bundle
  const part = `${bundle}.${randomUUID()}`
  await bundleWorkflows(part, path)
  await rename(part, bundle)
  return bundle
}

/** A client in the namespace of this test file, on a connection of its own. */
export async function connectTemporal(workflow: WorkflowClientInterceptor[] = []): Promise<Client> {
  const connection = await Connection.connect({ address: engines().temporalAddress })
  return new Client({
    connection,
    namespace: engines().namespace,
    identity: 'test',
    interceptors: { workflow },
  })
}

/** Gives the test file that begins a namespace of its own. */
export async function openNamespace(): Promise<void> {
  namespace = provided && (await registerNamespace(provided.temporalAddress))
}

async function registerNamespace(address: string): Promise<string> {
  const name = `test-${randomUUID()}`
  const connection = await Connection.connect({ address })
  await connection.workflowService.registerNamespace({
    namespace: name,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  await connection.close()
  return name
}

import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { inject } from 'vitest'
import type { Engines, SharedEngines } from '../engines.ts'

/** None for tests that need no engines and share a file with others that do. */
const provided: SharedEngines | undefined = inject('engines')
const own = provided && (await takeSlot(provided))

/** The engines of this test file: those of a slot that nobody else has, and what all files share. */
export function engines(): Engines & Omit<SharedEngines, 'slots'> {
  if (!provided || !own) throw new Error('tests of this level have no engines')
  const { slots: _slots, ...shared } = provided
  return { ...shared, ...own }
}

/** A slot belongs to the process that listens on its port, so that the system frees it when that ends, however it ends. */
async function takeSlot({ slots }: SharedEngines): Promise<Engines> {
  for (;;) {
    for (const { port, ...free } of slots)
      if (await listen(port)) {
        await endWorkflows(free.temporalAddress)
        return free
      }
    await delay(20)
  }
}

/** Ends what the files before have left open in the slot: its activities would be carried out here, on another record. */
async function endWorkflows(address: string): Promise<void> {
  const connection = await Connection.connect({ address })
  const { workflow } = new Client({ connection })
  const ends: Promise<unknown>[] = []
  for await (const { workflowId, runId } of workflow.list({ query: 'ExecutionStatus="Running"' })) {
    const end = workflow.getHandle(workflowId, runId).terminate('left open by another file')
    // The list is a little behind: it may have ended by itself.
    ends.push(end.catch(() => undefined))
  }
  await Promise.all(ends)
  await connection.close()
}

function listen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().unref()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
}

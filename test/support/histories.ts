import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Client } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { vi } from 'vitest'
import { environment } from '../../server/config.ts'
import { engines } from './engines.ts'
import { createReplayer, type Replayer } from './replayer.ts'

/** The replayer of this test file, on the code as it is now. */
let replayer: Replayer | undefined

/** Ends it, so that nothing of this test file is left when the next one begins. */
export async function closeReplayer(): Promise<void> {
  await replayer?.close()
  replayer = undefined
}

/** Replays every run of a workflow, the latest first, against the code as it is now; throws if one of them differs. */
export async function replayRuns(
  client: Client,
  workflowId: string,
  runs: (string | undefined)[] = [undefined],
) {
  replayer ??= createReplayer(engines().workflowBundle)
  for (const runId of runs) {
    const history = await settledHistory(client, workflowId, runId)
    // A run that has only just been started has done nothing yet that could be replayed.
    if (history.events?.length === 1) continue
    await replayer.replay(workflowId, history)
  }
}

/** Keeps the history of a run as test data if RECORD_HISTORIES is set and there is none: what was recorded stays as it is. */
export async function recordHistory(
  client: Client,
  name: string,
  workflowId: string,
  runId?: string,
): Promise<void> {
  const file = new URL(`../workflows/histories/${name}.json`, import.meta.url)
  if (!environment['RECORD_HISTORIES'] || existsSync(file)) return
  const history = await settledHistory(client, workflowId, runId)
  await writeFile(file, `${historyToJSON(history)}\n`)
}

/** The history of a run when no workflow task is under way: one that ends in such a task cannot be replayed. */
export function settledHistory(client: Client, workflowId: string, runId: string | undefined) {
  const look = async () => {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    const last = history.events?.at(-1)
    if (last?.workflowTaskScheduledEventAttributes ?? last?.workflowTaskStartedEventAttributes)
      throw new Error(`a workflow task of ${workflowId} is still under way`)
    return history
  }
  return vi.waitFor(look, { timeout: 20_000, interval: 20 })
}

/** What Temporal keeps of a workflow's start and of each update that it accepted, as text. */
export async function payloadsOf(client: Client, workflowId: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
  return (events ?? []).flatMap((event) => {
    const started = event.workflowExecutionStartedEventAttributes
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes
    if (!started && !accepted) return []
    const payloads = started?.input?.payloads ?? accepted?.acceptedRequest?.input?.args?.payloads ?? []
    const text = payloads.map(({ data }) => Buffer.from(data ?? []).toString()).join('\n')
    return [{ eventType: started ? ('started' as const) : ('update' as const), text }]
  })
}

/** Every run of a workflow from the first to the latest. */
export async function runsOf(client: Client, workflowId: string, firstRunId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId, firstRunId).fetchHistory()
  const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  return [firstRunId, ...(next ? await runsOf(client, workflowId, next) : [])]
}

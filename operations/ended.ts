import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { WithStartWorkflowOperation, type Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import {
  projectWorkflowId,
  projectWorkflowType,
  send,
  startOptions,
  type Answer,
  type Command,
} from '../workflows/contract.ts'
import { handoverOf } from './handover.ts'
import { latestRun } from './restart.ts'

type Engines = { models: Models; temporal: Client }

const holdsMs = 30_000
const againMs = 50

/**
 * Has a case that is over take one more command, in a run of its own that goes on from what the last run has left and ends
 * with the answer. One caller at a time: two that began from the same run would make the same revision twice. Whoever is
 * killed meanwhile holds the others up for half a minute, longer than Temporal may take to answer.
 */
export async function sendToEnded(engines: Engines, project: string, command: Command): Promise<Answer> {
  const release = await takeTurn(engines.models, project)
  try {
    const { runId, history } = await latestRun(engines, project)
    const { input, unheard } = handoverOf(history)
    const known = input.carried?.receipts.find(([id]) => id === command.command)
    if (known) return { receipt: known[1], steps: unheard.steps }
    const { restart: _restart, ...rest } = input
    const startWorkflowOperation = new WithStartWorkflowOperation(projectWorkflowType, {
      workflowId: projectWorkflowId(project),
      ...startOptions,
      args: [{ ...rest, predecessor: runId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    })
    return await engines.temporal.workflow.executeUpdateWithStart(send, {
      startWorkflowOperation,
      args: [command],
      updateId: command.command,
    })
  } finally {
    await release()
  }
}

/**
 * Waits until nobody else is at an ended case, at most as long as somebody may be; answers how to let the next one in. By the clock of
 * MongoDB alone, so that no two callers have to agree on the time.
 */
async function takeTurn({ watermarks }: Models, project: string): Promise<() => Promise<unknown>> {
  const _id = `ended/${project}`
  const holder = randomUUID()
  const isFree = { $lt: [{ $ifNull: ['$at', new Date(0)] }, { $subtract: ['$$NOW', holdsMs] }] }
  const take = [
    { $set: { holder: { $cond: [isFree, holder, '$holder'] }, at: { $cond: [isFree, '$$NOW', '$at'] } } },
  ]
  const options = { upsert: true, updatePipeline: true, returnDocument: 'after' } as const
  for (;;) {
    const held = await watermarks.findOneAndUpdate({ _id }, take, options).lean()
    if (held.holder === holder) return () => watermarks.deleteOne({ _id, holder })
    await pause(againMs)
  }
}

import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client'
import { createRecorder } from '../models/recorder.ts'
import { runsBackwards, type Run } from '../evidence/archive/histories.ts'
import type { Models } from '../models/index.ts'
import type { Refusal } from '../policy/errors.ts'
import { findOrderRefusal } from '../policy/case/orders.ts'
import {
  projectWorkflowId,
  projectWorkflowType,
  startOptions,
  type GivenOrder,
  type ProjectInput,
} from '../workflows/contract.ts'
import { describeRun } from './described.ts'
import { lastWordsOf, type LastWords } from './last-words.ts'

type Engines = { models: Models; temporal: Client }

/** A case goes on as new now and then: it is followed so often before that counts as a failure. */
const tries = 5

/**
 * Has a new run take up a case from its last step. The record is brought up to that step first, so that nothing is ended
 * which could not be taken up; then the run is ended, read once more, and the next one started with all that it would have
 * carried over. Whoever was killed in between does it again: an order that has been carried out is not carried out twice.
 * Answers with a refusal if the case is over; throws if its history is lost or the record cannot be written.
 */
export async function restartCase(
  engines: Engines,
  project: string,
  given: GivenOrder,
): Promise<Refusal | null> {
  const workflowId = projectWorkflowId(project)
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const described = await describeRun(engines.temporal, workflowId)
    if (described?.operation === given.request) return null
    const before = await latestRun(engines, project)
    // Somebody else has just started a successor: it is looked at anew.
    if (described && described.runId !== before.runId) continue
    const words = lastWordsOf(before.history)
    await bringUp(engines.models, words)
    const refusal = refusalBy(words, given)
    if (refusal) return refusal
    await endRun(engines.temporal, workflowId, before.runId, given)
    const ended = await latestRun(engines, project)
    if (ended.runId !== before.runId) continue
    const finalWords = lastWordsOf(ended.history)
    const certificate = await bringUp(engines.models, finalWords)
    if (refusalBy(finalWords, given)) continue
    const input = { ...finalWords.input, ...(certificate !== null && { certificate }) }
    await startSuccessor(engines.temporal, workflowId, ended.runId, input, given)
    await engines.models.activityFailures.deleteMany({ _id: { $regex: `^${ended.runId}/` } })
    return null
  }
  throw new Error(`${project} goes on as new faster than it can be restarted`)
}

async function latestRun(engines: Engines, project: string): Promise<Run> {
  for await (const run of runsBackwards(engines, project)) return run
  throw new Error(`${project} has no run with Temporal and none in the archive`)
}

/**
 * Writes what the run never heard to be written; all of it may be repeated. Answers with the number of a certificate that the
 * run issued and never heard of: its successor has to know it, so that a history tells of it.
 */
async function bringUp(models: Models, { unheard }: LastWords): Promise<string | null> {
  let issued: string | null = null
  const recorder = createRecorder(models)
  for (const step of unheard.steps) {
    const { certificate } = await recorder.recordStep(step)
    issued = certificate ?? issued
  }
  for (const telling of unheard.tellings) await recorder.tell(telling)
  return issued
}

function refusalBy({ input }: LastWords, { order }: GivenOrder): Refusal | undefined {
  return input.carried ? findOrderRefusal(input.carried.state, order) : undefined
}

async function endRun(temporal: Client, workflowId: string, runId: string, { order, request }: GivenOrder) {
  try {
    await temporal.workflow.getHandle(workflowId, runId).terminate(`${request}: ${order.reason}`)
  } catch (error) {
    // Over already: it was ended by whoever was killed before the start, or has gone on as new.
    if (!(error instanceof WorkflowNotFoundError)) throw error
  }
}

/** A filing of which no step was ever made begins anew, without a line: there is none that it could follow. */
async function startSuccessor(
  temporal: Client,
  workflowId: string,
  predecessor: string,
  input: ProjectInput,
  given: GivenOrder,
): Promise<void> {
  const { restart: _earlier, ...rest } = input
  try {
    await temporal.workflow.start(projectWorkflowType, {
      workflowId,
      ...startOptions,
      args: [{ ...rest, predecessor, ...(input.carried && { restart: given }) }],
      memo: { operation: given.request },
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'FAIL',
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    // Somebody was faster; if it was not this operation, the case runs all the same.
    const run = await describeRun(temporal, workflowId)
    if (run?.operation !== given.request) throw error
  }
}

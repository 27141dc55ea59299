import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client'
import { createRecorder, type Recorder } from '../models/recorder.ts'
import { runsBackwards, type Run } from '../evidence/archive/histories.ts'
import type { Models } from '../models/index.ts'
import type { Refusal } from '../policy/errors.ts'
import { findCommandRefusal } from '../policy/case/admin-commands.ts'
import {
  projectWorkflowId,
  projectWorkflowType,
  startOptions,
  type AdminCommandInput,
  type ProjectInput,
} from '../workflows/contract.ts'
import { describeRun } from './described.ts'
import { handoverOf, type Handover } from './handover.ts'

type Engines = { models: Models; temporal: Client }

/** A case goes on as new now and then: it is followed so often before that counts as a failure. */
const tries = 5

/**
 * Has a new run take up a case from its last step. The record is brought up to that step first, so that nothing is ended
 * which could not be taken up; then the run is ended, read once more, and the next one started with all that it would have
 * carried over. Whoever was killed in between does it again: a command that has been applied is not applied twice.
 * Answers with a refusal if the case is over; throws if its history is lost or the record cannot be written.
 */
export async function restartCase(
  engines: Engines,
  project: string,
  given: AdminCommandInput,
): Promise<Refusal | null> {
  const workflowId = projectWorkflowId(project)
  const recorder = createRecorder(engines.models)
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const described = await describeRun(engines.temporal, workflowId)
    if (described?.operation === given.request) return null
    const before = await latestRun(engines, project)
    // Somebody else has just started a successor: it is looked at anew.
    if (described && described.runId !== before.runId) continue
    const words = handoverOf(before.history)
    await bringUp(recorder, words)
    const refusal = refusalBy(words, given)
    if (refusal) return refusal
    await endRun(engines.temporal, workflowId, before.runId, given)
    const ended = await latestRun(engines, project)
    if (ended.runId !== before.runId) continue
    const finalWords = handoverOf(ended.history)
    const certificate = await bringUp(recorder, finalWords)
    if (refusalBy(finalWords, given)) continue
    const input = { ...finalWords.input, ...(certificate !== null && { certificate }) }
    await startSuccessor(engines.temporal, workflowId, ended.runId, input, given)
    await engines.models.activityFailures.deleteMany({ _id: { $regex: `^${ended.runId}/` } })
    return null
  }
  throw new Error(`${project} goes on as new faster than it can be restarted`)
}

/** The last run of a case, with Temporal or in the archive; throws where neither has any. */
export async function latestRun(engines: Engines, project: string): Promise<Run> {
  const run = await findLatestRun(engines, project)
  if (!run) throw new Error(`${project} has no run with Temporal and none in the archive`)
  return run
}

/** The last run of a case; null where neither Temporal nor the archive has any. */
export async function findLatestRun(engines: Engines, project: string): Promise<Run | null> {
  for await (const run of runsBackwards(engines, project)) return run
  return null
}

/**
 * Writes what the run never heard to be written; all of it may be repeated. Answers with the number of a certificate that the
 * run issued and never heard of: its successor has to know it, so that a history tells of it.
 */
async function bringUp(recorder: Recorder, { unheard }: Handover): Promise<string | null> {
  const { certificate } = await recorder.record(unheard)
  return certificate
}

function refusalBy({ input }: Handover, { command }: AdminCommandInput): Refusal | undefined {
  return input.carried ? findCommandRefusal(input.carried.state, command) : undefined
}

async function endRun(
  temporal: Client,
  workflowId: string,
  runId: string,
  { command, request }: AdminCommandInput,
) {
  try {
    await temporal.workflow.getHandle(workflowId, runId).terminate(`${request}: ${command.reason}`)
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
  given: AdminCommandInput,
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

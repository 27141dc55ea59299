import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { Models, OperationRecord } from '../models/index.ts'
import { resend } from '../delivery/dead-letters.ts'
import { isRefusal, type Refusal } from '../policy/errors.ts'
import { adminCommandOf } from '../policy/access/operations.ts'
import { commandDenials, voidedBy } from '../policy/case/admin-commands.ts'
import { wordsOf } from '../policy/words/voice.ts'
import { applyAdminCommand, projectWorkflowId, type AdminCommandInput } from '../workflows/contract.ts'
import { describeRun } from './described.ts'
import type { CaseOutcome } from './outcome.ts'
import { repairCase } from './repair.ts'
import { restartCase } from './restart.ts'

/** What an operation is carried out with. */
export type OperationDependencies = { models: Models; temporal: Client }

/**
 * Does an operation to one case (or, of `resend`, to one message). The same operation may be done again: a case that has its
 * line in the history has applied it. Throws if it could not be done for a reason that is not the case's.
 */
export async function carryOut(
  engines: OperationDependencies,
  operation: OperationRecord,
  id: string,
): Promise<CaseOutcome> {
  const { kind, target } = operation
  if (kind === 'resend') return sendAgain(engines, id)
  if (kind === 'retry')
    return retryActivities(engines, 'workflow' in target ? target.workflow : projectWorkflowId(id))
  if (kind === 'repair') return repairCase(engines, operation, id)
  const command = adminCommandOf(operation)
  if (!command) throw new Error(`${operation._id} has not been approved`)
  const given: AdminCommandInput = { command, request: operation._id }
  const line = { project: id, type: kind, request: operation._id }
  if (await engines.models.history.exists(line)) return 'done'
  const newer = { project: id, type: { $in: voidedBy[command.act] }, at: { $gt: operation.at } }
  if (await engines.models.history.exists(newer))
    return outcomeOf({ code: 'admin-command-not-allowed', words: commandDenials.overtaken })
  if (kind === 'restart') return outcomeOf(await restartCase(engines, id, given))
  return send(engines, id, given)
}

async function send(
  { models, temporal }: OperationDependencies,
  project: string,
  given: AdminCommandInput,
): Promise<CaseOutcome> {
  const handle = temporal.workflow.getHandle(projectWorkflowId(project))
  try {
    await handle.executeUpdate(applyAdminCommand, {
      args: [given],
      updateId: `admin-command/${given.request}`,
    })
    return 'done'
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return withoutRun(models, project)
    const refusal = error instanceof WorkflowUpdateFailedError ? refusalIn(error.cause) : undefined
    if (refusal) return outcomeOf(refusal)
    throw error
  }
}

/** A case that does not run is over, or there is none; or it is between two runs, or has lost its run: that is a failure. */
async function withoutRun({ projects }: Models, project: string): Promise<CaseOutcome> {
  const found = await projects.findById(project, { 'state.done': 1 }).lean()
  if (!found) return outcomeOf({ code: 'not-found' })
  if (!found.state.done) throw new Error('the workflow of the case does not run')
  return outcomeOf({ code: 'admin-command-not-allowed', words: commandDenials.over })
}

/** Has every activity of a workflow that waits for its next attempt run now, as if it were its first. */
async function retryActivities(
  { temporal }: OperationDependencies,
  workflowId: string,
): Promise<CaseOutcome> {
  const run = await describeRun(temporal, workflowId)
  const waiting = run?.isRunning ? run.activities.filter(({ attempt }) => attempt > 1) : []
  if (!run || waiting.length === 0)
    return { refused: '没有待重试的活动 · No activity waits to be tried again.' }
  for (const { id } of waiting)
    await temporal.workflowService
      .resetActivity({
        namespace: temporal.options.namespace,
        execution: { workflowId, runId: run.runId },
        identity: 'zhigai',
        id,
      })
      .catch(unlessGone)
  return 'done'
}

const notFound = /^5 NOT_FOUND/

/** An activity that has succeeded since need not be tried again. */
function unlessGone(error: unknown): void {
  if (!isGrpcServiceError(error) || !notFound.test(error.message)) throw error
}

async function sendAgain({ models }: OperationDependencies, message: string): Promise<CaseOutcome> {
  // One that is not dead any more has been revived, perhaps by this very operation before its worker died.
  return (await resend(models, message, new Date())) ? 'done' : outcomeOf({ code: 'not-found' })
}

function refusalIn(cause: unknown): Refusal | undefined {
  const [carried] = (cause instanceof ApplicationFailure && cause.details) || []
  return isRefusal(carried) ? carried : undefined
}

function outcomeOf(refusal: Refusal | null): CaseOutcome {
  return refusal ? { refused: lineOf(refusal) } : 'done'
}

/** Why a case says no, as people are told in lists. */
export function lineOf(refusal: Refusal): string {
  const { zh, en } = wordsOf(refusal)
  return `${zh} · ${en}`
}

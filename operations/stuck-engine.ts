import { isGrpcServiceError, type Client } from '@temporalio/client'
import { Id, readCursor, writeCursor } from '../models/cursor.ts'
import { RefusalError } from '../policy/errors.ts'
import { notOfThisList } from '../policy/words/issues.ts'
import { projectWorkflowType, taskQueue } from '../workflows/contract.ts'
import { askEach, dateOf, describeRun, findTaskFailure } from './described.ts'
import { projectOf, stuck, type Finder, type StuckSources, type Stuck } from './stuck-kinds.ts'
import { lookForWorker } from './worker-lease.ts'

/** Temporal itself, where it does not answer: what else of it is stuck cannot be told meanwhile. */
export function silentEngine({ isSilent = false }: StuckSources): Finder {
  const items = isSilent ? [stuck('engineSilent', 'temporal', {})] : []
  return {
    page: async () => ({ items, next: null }),
    count: async () => items.length,
  }
}

/** Whether a worker of the build that gets the work is there: what `/readyz` says too. */
export function missingWorkers({ models, temporal }: StuckSources): Finder {
  const ask = async (): Promise<Stuck[]> => {
    const { isThere, seenAt } = await lookForWorker(models, temporal, taskQueue)
    return isThere ? [] : [stuck('noWorker', taskQueue, { since: seenAt })]
  }
  return {
    page: async () => ({ items: await ask(), next: null }),
    count: async () => (await ask()).length,
  }
}

/** Workflows whose task has failed twice or more in a row; Temporal says so since its server 1.30, where it is told to. */
export function failingTasks({ temporal }: StuckSources): Finder {
  const query = "ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL"
  const ask = async ({ workflowId }: Found): Promise<Stuck[]> => {
    const run = await describeRun(temporal, workflowId)
    if (!run?.isRunning || !run.task || run.task.attempt < 2) return []
    const { error, since = run.task.since } = await findTaskFailure(temporal, workflowId, run.runId)
    const told = { attempt: run.task.attempt, since, error, project: projectOf(workflowId) }
    return [stuck('workflowTaskFailing', workflowId, told)]
  }
  return listed(temporal, query, (found) => askEach(found, ask).then((items) => items.flat()))
}

/** Cases whose latest run has ended otherwise than the case; those that were taken up again are left out. */
export function lostRuns({ models, temporal }: StuckSources): Finder {
  const ended = ['Terminated', 'Failed', 'TimedOut', 'Canceled'].map((name) => `'${name}'`).join(', ')
  const query = `WorkflowType = '${projectWorkflowType}' AND ExecutionStatus IN (${ended})`
  const ask = async ({ workflowId, closedAt }: Found): Promise<Stuck[]> => {
    const run = await describeRun(temporal, workflowId)
    if (run?.isRunning || run?.isCompleted) return []
    return [stuck('runLost', workflowId, { project: projectOf(workflowId), since: closedAt })]
  }
  return listed(temporal, query, async (found) => {
    const byWorkflow = new Map(found.map((each) => [projectOf(each.workflowId) ?? '', each]))
    const open = await models.projects
      .find({ _id: { $in: [...byWorkflow.keys()] }, 'state.done': false }, { _id: 1 })
      .lean()
    const concerned = open.flatMap(({ _id }) => byWorkflow.get(_id) ?? [])
    return (await askEach(concerned, ask)).flat()
  })
}

/** By gRPC's numbers: unknown, invalid argument, internal. */
const blamesToken: ReadonlySet<number> = new Set([2, 3, 13])

type Found = { workflowId: string; closedAt: Date | null }

/** Goes through what visibility lists, a page at a time, and looks at each. */
function listed(temporal: Client, query: string, ask: (found: Found[]) => Promise<Stuck[]>): Finder {
  const { namespace } = temporal.options
  const list = async (pageSize: number, after: string | null) => {
    const { executions, nextPageToken } = await temporal.workflowService
      .listWorkflowExecutions({
        namespace,
        query,
        pageSize,
        ...(after !== null && { nextPageToken: Buffer.from(readCursor(Id, after), 'base64url') }),
      })
      .catch((error: unknown) => {
        // A token is only good for the server that gave it: it answers to any other as to a fault of its own.
        if (after !== null && isGrpcServiceError(error) && blamesToken.has(error.code))
          throw new RefusalError(notOfThisList, { cause: error })
        throw error
      })
    const found = (executions ?? []).map(({ execution, closeTime }) => ({
      workflowId: execution?.workflowId ?? '',
      closedAt: dateOf(closeTime),
    }))
    const token = Buffer.from(nextPageToken ?? []).toString('base64url')
    return { found, next: token === '' ? null : writeCursor(Id, token) }
  }
  return {
    async page({ limit, after }) {
      const { found, next } = await list(limit, after)
      return { items: await ask(found), next }
    },
    // What visibility lists may have recovered since: the first page is looked at, more are not.
    async count() {
      const { found } = await list(100, null)
      return (await ask(found)).length
    },
  }
}

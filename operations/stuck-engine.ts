import proto from '@temporalio/proto'
import type { Client } from '@temporalio/client'
import { projectWorkflowType, taskQueue } from '../workflows/contract.ts'
import { askEach, dateOf, describeRun, findTaskFailure } from './described.ts'
import { projectOf, stuck, type Finder, type Sources, type Stuck } from './stuck-kinds.ts'

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType

/** The longest that a worker's poll may be old: a poll is open for a minute. */
const pollWithinMs = 75_000

/** Whether workers take tasks from the queue: workflow tasks and activities. */
export function missingWorkers({ temporal, now, queue = taskQueue }: Sources): Finder {
  const look = async (): Promise<Stuck[]> => {
    const polls = await askEach([TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY], (type) =>
      lastPoll(temporal, queue, type),
    )
    return polls.flatMap((last, index) => {
      if (last && last.getTime() > now() - pollWithinMs) return []
      return [stuck('noWorker', queue, { since: last, what: index === 0 ? 'workflow' : 'activity' })]
    })
  }
  return {
    page: async () => ({ items: await look(), next: null }),
    count: async () => (await look()).length,
  }
}

async function lastPoll(
  temporal: Client,
  queue: string,
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType,
): Promise<Date | null> {
  const { pollers } = await temporal.workflowService.describeTaskQueue({
    namespace: temporal.options.namespace,
    taskQueue: { name: queue },
    taskQueueType,
  })
  const polls = (pollers ?? []).flatMap(({ lastAccessTime }) => dateOf(lastAccessTime)?.getTime() ?? [])
  return polls.length > 0 ? new Date(Math.max(...polls)) : null
}

/** Workflows whose task has failed twice or more in a row; Temporal says so since its server 1.30, where it is told to. */
export function failingTasks({ temporal }: Sources): Finder {
  const query = "ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL"
  const look = async ({ workflowId }: Found): Promise<Stuck[]> => {
    const run = await describeRun(temporal, workflowId)
    if (!run?.isRunning || !run.task || run.task.attempt < 2) return []
    const error = await findTaskFailure(temporal, workflowId, run.runId)
    return [stuck('workflowTaskFailing', workflowId, { ...run.task, error, project: projectOf(workflowId) })]
  }
  return listed(temporal, query, (found) => askEach(found, look).then((items) => items.flat()))
}

/** Cases whose latest run has ended otherwise than the case; those that were taken up again are left out. */
export function lostRuns({ models, temporal }: Sources): Finder {
  const ended = ['Terminated', 'Failed', 'TimedOut', 'Canceled'].map((name) => `'${name}'`).join(', ')
  const query = `WorkflowType = '${projectWorkflowType}' AND ExecutionStatus IN (${ended})`
  const look = async ({ workflowId, closedAt }: Found): Promise<Stuck[]> => {
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
    return (await askEach(concerned, look)).flat()
  })
}

type Found = { workflowId: string; closedAt: Date | null }

/** Goes through what visibility lists, a page at a time, and looks at each. */
function listed(temporal: Client, query: string, look: (found: Found[]) => Promise<Stuck[]>): Finder {
  const { namespace } = temporal.options
  const list = async (pageSize: number, after: string | null) => {
    const { executions, nextPageToken } = await temporal.workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize,
      ...(after !== null && { nextPageToken: Buffer.from(after, 'base64') }),
    })
    const found = (executions ?? []).map(({ execution, closeTime }) => ({
      workflowId: execution?.workflowId ?? '',
      closedAt: dateOf(closeTime),
    }))
    const token = Buffer.from(nextPageToken ?? []).toString('base64')
    return { found, next: token === '' ? null : token }
  }
  return {
    async page({ limit, after }) {
      const { found, next } = await list(limit, after)
      return { items: await look(found), next }
    },
    // What visibility lists may have recovered since: the first page is looked at, more are not.
    async count() {
      const { found } = await list(100, null)
      return (await look(found)).length
    },
  }
}

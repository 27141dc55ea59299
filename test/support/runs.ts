import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { expect, vi } from 'vitest'
import { runsOf, type Run } from '../../evidence/archive/histories.ts'
import { keepRun, type ArchiveSources } from '../../evidence/archive/keep.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'

/** Removes a run from Temporal, as retention would. */
export async function forget(temporal: Client, workflowId: string, runId: string): Promise<void> {
  const { namespace } = temporal.options
  await temporal.workflowService.deleteWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
  })
  await vi.waitFor(
    () =>
      expect(temporal.workflow.getHandle(workflowId, runId).describe()).rejects.toThrow(
        WorkflowNotFoundError,
      ),
    { timeout: 60_000, interval: 50 },
  )
}

/** Keeps every closed run of a project, then has Temporal forget them; answers with those that it did. */
export async function keepAndForget(sources: ArchiveSources, project: string): Promise<Run[]> {
  const closed: Run[] = []
  for (const run of await runsOf(sources, project))
    if (await keepRun(sources, { project, ...run })) closed.push(run)
  await Promise.all(closed.map(({ runId }) => forget(sources.temporal, projectWorkflowId(project), runId)))
  return closed
}

import { WithStartWorkflowOperation, type Client } from '@temporalio/client'
import pMap from 'p-map'
import { filed, projectWorkflowId, projectWorkflowType, startOptions } from '../../workflows/contract.ts'
import type { Certified } from './certified.ts'

/** Starts the workflows of projects, so many at once; each is answered when it waits for what comes next. */
export async function startCases(
  temporal: Client,
  projects: Pick<Certified, 'input'>[],
  atOnce: number,
  onStarted: () => void = () => undefined,
): Promise<void> {
  const start = async ({ input }: Pick<Certified, 'input'>) => {
    const startWorkflowOperation = new WithStartWorkflowOperation(projectWorkflowType, {
      workflowId: projectWorkflowId(input.project),
      ...startOptions,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
    })
    await temporal.workflow.executeUpdateWithStart(filed, { startWorkflowOperation, updateId: 'filed' })
    onStarted()
  }
  await pMap(projects, start, { concurrency: atOnce })
}

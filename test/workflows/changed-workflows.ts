import { sleep } from '@temporalio/workflow'
import { project as unchanged } from '../../workflows/project.ts'
import type { ProjectInput } from '../../workflows/contract.ts'

/** The project workflow with a change that running projects would not survive: it waits before it begins. */
export async function project(input: ProjectInput): Promise<void> {
  await sleep('1 day')
  await unchanged(input)
}

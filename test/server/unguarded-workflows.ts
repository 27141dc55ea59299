import { sleep } from '@temporalio/workflow'
import type { ProjectInput } from '../../workflows/contract.ts'
import { project as today } from '../../workflows/project.ts'

/** What the next build does, by somebody who forgot `patched`. */
export async function project(input: ProjectInput): Promise<void> {
  void sleep('1 hour')
  await today(input)
}

import type { Client } from '@temporalio/client'
import { onRecordBy } from '../models/step-documents.ts'
import type { StepRecord } from '../models/step-record.ts'
import { projectWorkflowId, recorded } from '../workflows/contract.ts'

/**
 * Tells a case the number of the certificate that its steps have issued, so that its history can prove the number and the record
 * be rebuilt from it. Where it cannot be told now, the next command will.
 */
export async function tellNumber(
  temporal: Client,
  steps: readonly StepRecord[],
  certificate: string | null,
): Promise<void> {
  const last = steps.at(-1)
  if (!last || certificate === null) return
  await temporal.workflow
    .getHandle(projectWorkflowId(last.project))
    .signal(recorded, onRecordBy(last, certificate))
    .catch(() => undefined)
}

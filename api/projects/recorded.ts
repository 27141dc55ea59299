import type { Client } from '@temporalio/client'
import { tellNumber } from '../../operations/certificate-number.ts'
import { projectAfter } from '../../models/step-documents.ts'
import type { IntentKey, ProjectRecord } from '../../models/index.ts'
import type { Recorder } from '../../models/recorder.ts'
import type { Answer, Receipt } from '../../workflows/contract.ts'
import { NotOnRecord } from '../http/outages.ts'
import { isAnswered } from '../http/problem.ts'

/** What a command has done, and the project after it; none, if that was on record before. */
export type Carried = { receipt: Receipt; record: ProjectRecord | null }

type Engines = { recorder: Pick<Recorder, 'announce' | 'record' | 'withdraw'>; temporal: Client }

/**
 * Asks a workflow and puts on record what it answers. The intent is on disk before it is asked and goes with the steps: if this
 * process ends in between, the sweeper brings the record up (`operations/sweeper.ts`). Nothing is recorded that Temporal does
 * not have.
 */
export async function askAndRecord(
  { recorder, temporal }: Engines,
  intent: IntentKey,
  known: ProjectRecord | null,
  ask: () => Promise<Answer>,
): Promise<Carried> {
  await recorder.announce(intent)
  const { receipt, steps } = await ask().catch(async (error: unknown) => {
    if (isAnswered(error)) await recorder.withdraw(intent)
    throw error
  })
  const { certificate } = await recorder.record({ steps, intent }).catch((error: unknown) => {
    throw new NotOnRecord(`${intent.project} is not on record yet`, { cause: error })
  })
  await tellNumber(temporal, steps, certificate)
  const made = steps.filter(({ state }) => state.revision <= receipt.revision)
  if (made.at(-1)?.state.revision !== receipt.revision) return { receipt, record: null }
  const record = made.reduce<ProjectRecord | null>(
    (before, step) => ({ ...projectAfter(before, step, certificate), anchored: false }),
    known,
  )
  return { receipt, record }
}

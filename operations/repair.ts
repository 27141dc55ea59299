import type { Client } from '@temporalio/client'
import { movingWords } from '../evidence/archive/moving.ts'
import { reconcileCase } from '../evidence/archive/reconcile.ts'
import type { Models, OperationRecord } from '../models/index.ts'
import type { CaseOutcome } from './outcome.ts'

/**
 * Writes what the histories of a case say where its record says something else; both values are in the register of findings
 * before. Throws while not all of it could be: the operation is resumed then.
 */
export async function repairCase(
  engines: { models: Models; temporal: Client },
  { _id, by, approvedBy, reason }: OperationRecord,
  project: string,
): Promise<CaseOutcome> {
  if (approvedBy === null) throw new Error(`${_id} has not been approved`)
  const { differences, repaired, unreadable, moving } = await reconcileCase(engines, project, {
    by: by.user,
    repair: { operation: _id, by: by.user, approvedBy, reason },
    keep: true,
    known: new Set(),
  })
  if (unreadable !== null) return { refused: `历史无法读取 · The histories cannot be read: ${unreadable}` }
  const left = differences.length - repaired.length
  if (left === 0) return 'done'
  if (!moving)
    throw new Error(
      `尚有${left}处未能改正 · ${left} differences are left: another project holds the key, or somebody has written`,
    )
  const { zh, en } = movingWords(moving)
  throw new Error(`${zh} · ${en}`)
}

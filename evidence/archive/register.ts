import { randomUUID } from 'node:crypto'
import type { FindingRecord, Models } from '../../models/index.ts'
import { digestOf } from '../../policy/integrity/digest.ts'
import type { RecordDifference } from './compare.ts'

/** What two administrators have agreed to: the operation, who has proposed it, who has agreed, and why. */
export type RepairApproval = { operation: string; by: string; approvedBy: string; reason: string }

/** What was found wrong, as the register names it. */
export type Found = Pick<
  FindingRecord,
  'source' | 'kind' | 'project' | 'within' | 'document' | 'path' | 'expected' | 'found'
>

/** Whoever compares by the clock. */
export const bySchedule = 'schedule'

const atOnce = 500

/**
 * Keeps what was found wrong, with both values: once as long as it stays as it is, however often it is found. What was repaired
 * and is found again is a finding of its own.
 */
export async function keepFindings({ findings }: Models, found: Found[], by: string): Promise<void> {
  const at = new Date()
  const writes = found.map((each) => ({
    updateOne: {
      filter: { key: keyOf(each), repaired: null },
      update: {
        $setOnInsert: { _id: randomUUID(), ...each, firstAt: at, firstBy: by },
        $set: { lastAt: at, lastBy: by },
      },
      upsert: true,
    },
  }))
  for (let from = 0; from < writes.length; from += atOnce)
    await findings.bulkWrite(writes.slice(from, from + atOnce), { ordered: false })
}

/** Keeps the differences that a comparison has confirmed. */
export function keepDifferences(models: Models, differences: RecordDifference[], by: string): Promise<void> {
  return keepFindings(models, differences.map(foundOf), by)
}

/** Notes by whose order, and why, the findings were repaired. */
export async function markRepaired(
  { findings }: Models,
  differences: RecordDifference[],
  approval: RepairApproval,
): Promise<void> {
  const keys = differences.map((each) => keyOf(foundOf(each)))
  const repaired = { ...approval, at: new Date() }
  for (let from = 0; from < keys.length; from += atOnce)
    await findings.updateMany(
      { key: { $in: keys.slice(from, from + atOnce) }, repaired: null },
      { $set: { repaired } },
    )
}

function foundOf({ project, collection, id, path, expected, found }: RecordDifference): Found {
  return {
    source: 'reconcile',
    kind: null,
    project,
    within: collection,
    document: id,
    path,
    expected: expected ?? null,
    found: found ?? null,
  }
}

function keyOf(found: Found): string {
  return digestOf(found)
}

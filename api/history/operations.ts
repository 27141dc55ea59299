import { z } from 'zod'
import type { BatchItemRecord, Models } from '../../models/index.ts'
import {
  batchItemOutcomes,
  operationKinds,
  type BatchItemOutcome,
  type OperationKind,
} from '../../policy/access/operations.ts'
import { keysOf, Words } from '../http/words.ts'
import { FindingChange, viewChange } from '../operations/finding-views.ts'
import { afterCursor, type Ledger, type Part } from './ledger.ts'

/** An operation of administrators has come to a case, or to a message that speaks of it. */
export const OperationLine = z
  .object({
    kind: z.literal('operation'),
    at: z.string(),
    operation: z.string(),
    what: z.enum(keysOf<OperationKind>(operationKinds)),
    words: Words,
    outcome: z.enum(keysOf<BatchItemOutcome>(batchItemOutcomes)),
    outcomeWords: Words,
    why: z.string().nullable().meta({ description: 'Why it was not done.' }),
    reason: z.string().meta({ description: 'Why it was to be done.' }),
    by: z.array(z.string()).meta({ description: 'Who has proposed it, and who has agreed.' }),
    changes: z
      .array(FindingChange)
      .optional()
      .meta({ description: 'What a repair has written over: what was there, and what is there now.' }),
  })
  .meta({ id: 'HistoryOperation' })
/** No more is told of what repairs have written over; the register has all of it. */
const mostChanges = 1_000

type OperationLine = z.infer<typeof OperationLine>

/** Which operations have come to a case: those that changed it, those that it refused, and those that change none. */
export function operationLedger(models: Models, project: string, part: Part): Ledger<OperationLine> {
  const { person } = part
  return {
    kind: 'operation',
    async after(cursor, limit) {
      const found = await models.batchItems
        .find({
          projects: project,
          ...(person !== undefined && { by: person }),
          ...afterCursor('operation', cursor, part, ['_id', String]),
        })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean()
      const views = await viewOperationLines(models, found)
      return views.map(({ item, view }) => ({ at: item.at, id: item._id, view }))
    },
  }
}

/** What became of an operation on a case, and how it is shown. */
export type SettledItem = { item: BatchItemRecord & { at: Date }; view: OperationLine }

/** Shows what operations have come to; what has not come to an end yet is left out. */
export async function viewOperationLines(
  { operations, findings }: Models,
  items: BatchItemRecord[],
): Promise<SettledItem[]> {
  const named = { _id: { $in: [...new Set(items.map(({ operation }) => operation))] } }
  const found = await operations.find(named, { kind: 1, reason: 1 }).lean()
  const byId = new Map(found.map((operation) => [operation._id, operation]))
  const repairs = found.flatMap(({ _id, kind }) => (kind === 'repair' ? [_id] : []))
  const changed = await findings
    .find({ 'repaired.operation': { $in: repairs }, project: { $in: items.map(({ target }) => target) } })
    .sort({ 'repaired.operation': 1, project: 1 })
    .limit(mostChanges)
    .lean()
  return items.flatMap((item) => {
    const { outcome, at } = item
    const operation = byId.get(item.operation)
    if (!operation || !outcome || !at) return []
    const { zh, en } = operationKinds[operation.kind]
    const view: OperationLine = {
      kind: 'operation',
      at: at.toISOString(),
      operation: operation._id,
      what: operation.kind,
      words: { zh, en },
      outcome,
      outcomeWords: batchItemOutcomes[outcome],
      why: item.reason,
      reason: operation.reason,
      by: item.by,
      ...(operation.kind === 'repair' && {
        changes: changed
          .filter(({ project, repaired }) => project === item.target && repaired?.operation === operation._id)
          .map(viewChange),
      }),
    }
    return [{ item: { ...item, at }, view }]
  })
}
